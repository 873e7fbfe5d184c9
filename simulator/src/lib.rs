//! A faithful GitHub: its REST interface over recorded traffic, with faults to switch on.
//!
//! For tests and for the demonstration. It answers as GitHub does, from the
//! permissions and rate limits down to the headers; what GitHub does wrong now and
//! then, it does when told to ([`Fault`]). It reads no clock but the one it is
//! given, and nothing in it is left to chance.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use simulator::{Clock, Endpoint, Fault, Recording, Scope, Simulator, Token, User};
//!
//! let clock = Clock::fixed("2026-11-20T06:00:00Z".parse()?);
//! let github = Simulator::builder(clock)
//!     .user(User::new(1, "octocat"))
//!     .token(Token::classic("ghp_octocat", "octocat", ["repo"]))
//!     .recordings(Recording::all()?, "octocat")
//!     .build()
//!     .serve("127.0.0.1:0")
//!     .await?;
//! github.control().fault(Fault::BadGateway, Scope::everywhere().endpoint(Endpoint::Views).next(1));
//! println!("{}/repos/jonescompneurolab/hnn-core/traffic/views", github.url());
//! # Ok(())
//! # }
//! ```
//!
//! People sign in elsewhere through an OAuth App at the root of the same address, and
//! GitHub Apps sign themselves in with their key:
//!
//! ```
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # let clock = simulator::Clock::fixed("2026-11-20T06:00:00Z".parse()?);
//! use simulator::{App, Installation, OAuthApp, Simulator, User, test_keys};
//!
//! let github = Simulator::builder(clock)
//!     .user(User::new(1, "octocat").email("octocat@example.org"))
//!     .signed_in("octocat")
//!     .oauth_app(OAuthApp::new("Iv1.client", "secret", "http://127.0.0.1/auth/github/callback"))
//!     .app(App::new(5, "tidemark", test_keys().public_pem)?)
//!     .installation(Installation::new(71, "acme").administration())
//!     .build();
//! github.control().revoke_installation_tokens(71);
//! # Ok(())
//! # }
//! ```

mod account;
mod app;
mod budget;
mod builder;
mod call;
mod clock;
mod connection;
mod control;
mod corrupt;
mod endpoint;
mod fault;
mod finish;
mod headers;
mod installation;
mod lifecycle;
mod manifest;
mod middleware;
mod noise;
mod oauth;
mod recording;
mod refusal;
mod release;
mod repository;
mod request_log;
mod response_recorder;
mod routes;
mod scope;
mod simulator;
mod source;
mod synthetic;
mod test_keys;
mod traffic;
mod transport;
mod web;
mod windowing;
mod world;

pub use account::{Role, Token, User};
pub use app::{App, KeyError};
pub use builder::Builder;
pub use clock::Clock;
pub use control::{Control, ControlError};
pub use endpoint::Endpoint;
pub use fault::{BadValue, Fault, LimitStatus, OddText, Policy, RetryAfter};
pub use installation::Installation;
pub use oauth::OAuthApp;
pub use recording::{Recording, RecordingError, Snapshot, SnapshotRow, Total, Window, WindowDay};
pub use release::{Asset, GitTag, Release};
pub use repository::Repository;
pub use request_log::Served;
pub use response_recorder::Shown;
pub use scope::{FaultId, Scope};
pub use simulator::{Running, Simulator};
pub use source::Source;
pub use test_keys::{TestKeys, other_test_keys, test_keys};
pub use traffic::{Bucket, DayTraffic};
