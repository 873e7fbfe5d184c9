//! GitHub, simulated, as a program of its own: for browser tests, and to try a first start without
//! an account at GitHub.
//!
//! ```text
//! cargo run --package server --example github -- 127.0.0.1:4000
//! TIDEMARK_GITHUB_API_URL=http://127.0.0.1:4000 tidemark serve
//! ```
//!
//! It serves until its standard input ends. Lines on it change what people meet there; it answers
//! each with a line:
//!
//! ```text
//! sign-in LOGIN   who is signed in to GitHub's own pages, and lets an OAuth App in
//! decline         lets no OAuth App in, the next time
//! revoke TOKEN    the token is no good any longer
//! expire-code     the code of the next GitHub App's manifest has expired
//! ask-owner       the next installation of a GitHub App awaits its owner's approval
//! install SLUG    the owner installs this GitHub App
//! appear O/NAME   a new repository, of which octocat is an administrator
//! late DAYS       traffic ends so many days before today
//! ```

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};

use engine::{Clock as _, SystemClock};
use simulator::{
    App, Builder, Clock, Control, Endpoint, Fault, Installation, OAuthApp, Recording, Repository,
    Role, Scope, Simulator, Token, User, test_keys,
};

/// Who administers all repositories.
const ADMINISTRATOR: &str = "octocat";

/// The id of a repository that appears; one at a time is enough.
const APPEARED: u64 = 900_000_000;

/// A user with an address on the profile, and no repositories.
const OTHER_USER: &str = "mona";

/// Where OAuth Apps send people back to, at any port.
const CALLBACK: &str = "http://127.0.0.1/sign-in/github/callback";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:0");
    let running = world()?.build().serve(address).await?;
    writeln!(stdout(), "GitHub is simulated at {}", running.url())?;
    for line in stdin().lock().lines() {
        match obey(running.control(), line?.trim()) {
            Ok(()) => writeln!(stdout(), "done")?,
            Err(error) => writeln!(stdout(), "{error}")?,
        }
    }
    running.stop().await?;
    Ok(())
}

/// The recorded repositories, who may read them, and which secrets open what.
fn world() -> Result<Builder, Box<dyn Error>> {
    let administrator = User::new(1, ADMINISTRATOR).email("octocat@example.org");
    let other_user = User::new(2, OTHER_USER).email("mona@example.org");
    Ok(Simulator::builder(Clock::new(|| SystemClock.now()))
        .user(administrator)
        .user(other_user)
        .token(Token::classic("ghp_octocat", ADMINISTRATOR, ["repo"]))
        .token(Token::classic("ghp_unscoped", ADMINISTRATOR, [""; 0]))
        .token(Token::classic("ghp_mona", OTHER_USER, ["repo"]))
        .app(App::new(1, "tidemark", test_keys().public_pem)?)
        .installation(Installation::new(2, "cicsdev").administration())
        .oauth_app(OAuthApp::new("tidemark", "oauth-secret", CALLBACK))
        .signed_in(OTHER_USER)
        .recordings(Recording::all()?, ADMINISTRATOR))
}

/// Does what a line of standard input says.
fn obey(control: &Control, line: &str) -> Result<(), String> {
    match line.split_once(' ').unwrap_or((line, "")) {
        ("sign-in", login) => control.sign_in(login).map_err(|error| error.to_string()),
        ("decline", "") => {
            let next = Scope::everywhere().endpoint(Endpoint::Authorize).next(1);
            control.fault(Fault::AccessDenied, next);
            Ok(())
        }
        ("expire-code", "") => {
            control.fault(Fault::ExpiredManifestCode, Scope::everywhere().next(1));
            Ok(())
        }
        ("ask-owner", "") => {
            control.fault(
                Fault::InstallationNeedsApproval,
                Scope::everywhere().next(1),
            );
            Ok(())
        }
        ("install", slug) => control
            .install_app(slug)
            .map(drop)
            .map_err(|error| error.to_string()),
        ("appear", name) if name.contains('/') => {
            let repository = Repository::new(APPEARED, name);
            control.add_repository(repository.access(ADMINISTRATOR, Role::Admin));
            Ok(())
        }
        ("late", days) => {
            let days = days
                .parse()
                .map_err(|_| format!("{days} is no number of days"))?;
            control.fault(Fault::Lag { days }, Scope::everywhere());
            Ok(())
        }
        ("revoke", token) if control.revoke_token(token) => Ok(()),
        ("revoke", token) => Err(format!("there is no token {token}")),
        _ => Err(format!(
            "“{line}” is not a valid order; see the top of this program"
        )),
    }
}
