//! A simulated GitHub: its REST API over recorded traffic, with faults to switch on.
//!
//! For tests and the demo. It responds like GitHub, including permissions, rate limits and headers.
//! A [`Fault`] makes it fail as GitHub does at times. Its clock is injected and it is
//! deterministic.
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
//! Users sign in elsewhere through an OAuth App at the root of the same address, and GitHub Apps
//! authenticate with their key:
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

mod accounts;
mod apps;
mod builder;
mod clock;
mod control;
mod faults;
mod github;
mod http;
mod random;
mod repositories;
mod requests;
mod routes;
mod shared;
mod simulator;
mod traffic;

pub use accounts::token::Token;
pub use accounts::user::{Role, User};
pub use apps::app::{App, KeyError};
pub use apps::installation::Installation;
pub use apps::oauth::OAuthApp;
pub use apps::test_keys::{TestKeys, other_test_keys, test_keys};
pub use builder::Builder;
pub use clock::Clock;
pub use control::{Control, ControlError};
pub use faults::fault::{BadValue, Fault, LimitStatus, OddText, Policy, RetryAfter};
pub use faults::scope::{FaultId, Scope};
pub use repositories::release::{Asset, GitTag, Release};
pub use repositories::repository::Repository;
pub use requests::endpoint::Endpoint;
pub use requests::log::LoggedRequest;
pub use requests::recorder::RecordedResponse;
pub use simulator::{Running, Simulator};
pub use traffic::bucket::{Bucket, DayTraffic};
pub use traffic::recording::{
    Recording, RecordingError, Snapshot, SnapshotRow, Total, Window, WindowDay,
};
pub use traffic::source::Source;
