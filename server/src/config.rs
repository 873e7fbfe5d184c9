//! The configuration, and the only code that reads the environment.
//!
//! Each setting is a variable and a flag of the same name on the commands that use it. A blank value
//! counts as not set, so that a compose file may leave it empty.

mod setting;
mod sign_in;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Command};
use engine::{DatabaseUrl, SecretKey, Settings};
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use url::Url;

pub use self::setting::ConfigError;
use self::setting::{encrypted, http_url, set, set_secret};
use self::sign_in::SignInArgs;
use crate::key_file;

const DATABASE_URL: &str = "TIDEMARK_DATABASE_URL";
const LISTEN: &str = "TIDEMARK_LISTEN";
const PUBLIC_URL: &str = "TIDEMARK_PUBLIC_URL";
const SECRET_KEY: &str = "TIDEMARK_SECRET_KEY";
const SECRET_KEY_FILE: &str = "TIDEMARK_SECRET_KEY_FILE";
const GITHUB_API_URL: &str = "TIDEMARK_GITHUB_API_URL";
const COLLECT_CONCURRENCY: &str = "TIDEMARK_COLLECT_CONCURRENCY";
const COLLECT_MAX_WAIT: &str = "TIDEMARK_COLLECT_MAX_WAIT";
/// The former name of `TIDEMARK_COLLECT_MAX_WAIT`, which still works.
const COLLECT_PATIENCE: &str = "TIDEMARK_COLLECT_PATIENCE";
const KEEP_ANSWERS_DAYS: &str = "TIDEMARK_KEEP_ANSWERS_DAYS";
const LOG: &str = "TIDEMARK_LOG";
const LOG_FORMAT: &str = "TIDEMARK_LOG_FORMAT";

/// GitHub refuses more requests in flight.
/// <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits>
const MAX_CONCURRENCY: usize = 100;
/// A run that waits longer than a day blocks the next ones.
const MAX_WAIT_MINUTES: u64 = 24 * 60;
/// Ten years. A backup is the better way to keep responses for longer.
const MAX_RETENTION_DAYS: u32 = 3_650;

/// The level and the format of the logs.
#[derive(Args, Clone)]
pub struct LogArgs {
    /// Log level (error, warn, info, debug) or filter such as info,engine=debug
    #[arg(long, env = LOG, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// Log format: text or json [default: text]
    #[arg(long, env = LOG_FORMAT, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
}

/// The format of the logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

impl LogArgs {
    /// The filter, or else `default`, and the format.
    pub(crate) fn read(&self, default: &str) -> Result<(EnvFilter, LogFormat), ConfigError> {
        let filter = set(self.log.as_ref()).unwrap_or(default);
        let filter = EnvFilter::try_new(filter).map_err(|_| {
            let problem = format!(
                "is “{filter}”, which is not a valid filter; use a level such as info or \
                         debug."
            );
            ConfigError::new(LOG, problem)
        })?;
        let format = match set(self.log_format.as_ref()) {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                let problem = format!("is “{other}” but must be text or json.");
                return Err(ConfigError::new(LOG_FORMAT, problem));
            }
        };
        Ok((filter, format))
    }
}

/// The settings of the engine.
#[derive(Args, Clone)]
pub struct EngineArgs {
    #[arg(long, help = "Database URL: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE [default: sqlite:data/tidemark.db]", env = DATABASE_URL, hide_env_values = true, value_name = "URL")]
    database_url: Option<SecretString>,
    /// Key that encrypts GitHub tokens: 32 random bytes in base64
    #[arg(long, env = SECRET_KEY, hide_env_values = true, value_name = "KEY")]
    secret_key: Option<SecretString>,
    /// File containing the key [default: a file created beside the SQLite database]
    #[arg(long, env = SECRET_KEY_FILE, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    #[arg(long, help = "GitHub API base URL of new connections [default: https://api.github.com]", env = GITHUB_API_URL, value_name = "URL")]
    github_api_url: Option<String>,
    /// Concurrent requests per connection [default: 8]
    #[arg(long, env = COLLECT_CONCURRENCY, value_name = "N")]
    collect_concurrency: Option<String>,
    /// Minutes a collection may wait for GitHub's rate limits [default: 180]
    #[arg(long, env = COLLECT_MAX_WAIT, value_name = "MINUTES")]
    collect_max_wait: Option<String>,
    /// Former name of --collect-max-wait
    #[arg(long, env = COLLECT_PATIENCE, value_name = "MINUTES", hide = true)]
    collect_patience: Option<String>,
    /// Days to keep GitHub's raw responses; 0 keeps none [default: 30]
    #[arg(long = "keep-answers-days", env = KEEP_ANSWERS_DAYS, value_name = "DAYS")]
    keep_responses_days: Option<String>,
}

impl EngineArgs {
    /// The settings of an engine in a process of this name. Creates the key file of a new database.
    pub(crate) fn read(&self, worker: String) -> Result<Settings, ConfigError> {
        let github_api_url = self.github_api_url()?;
        let collect_concurrency = self.concurrency()?;
        let collect_max_wait = self.max_wait()?;
        let keep_responses_days = self.keep_responses_days()?;
        let database = self.database()?;
        let secret_key = self.secret_key(&database)?;
        Ok(Settings {
            database,
            secret_key,
            github_api_url,
            collect_concurrency,
            collect_max_wait,
            keep_responses_days,
            worker,
        })
    }

    /// The GitHub API of new connections.
    pub(crate) fn github_api_url(&self) -> Result<Url, ConfigError> {
        let url = set(self.github_api_url.as_ref()).unwrap_or("https://api.github.com");
        encrypted(GITHUB_API_URL, url)
    }

    /// Whether the key is in the default file, which a first start creates beside the database.
    pub(crate) fn makes_key_file(&self) -> bool {
        let named = self.secret_key_file.as_ref();
        set_secret(self.secret_key.as_ref()).is_none()
            && named.is_none_or(|path| path.as_os_str().is_empty())
    }

    /// The database.
    pub(crate) fn database(&self) -> Result<DatabaseUrl, ConfigError> {
        let url = set_secret(self.database_url.as_ref()).unwrap_or("sqlite:data/tidemark.db");
        // The value is not repeated: it may hold a password.
        let database = DatabaseUrl::from_str(url)
            .map_err(|error| ConfigError::new(DATABASE_URL, format!("is not valid; {error}.")))?;
        match database.sqlite_path() {
            Some(path) if path.is_dir() => Err(ConfigError::new(
                DATABASE_URL,
                format!(
                    "points to the folder {0}; add a file name, for example sqlite:{0}/tidemark.db.",
                    path.display()
                ),
            )),
            _ => Ok(database),
        }
    }

    fn concurrency(&self) -> Result<usize, ConfigError> {
        let Some(text) = set(self.collect_concurrency.as_ref()) else {
            return Ok(8);
        };
        text.parse()
            .ok()
            .filter(|number| (1..=MAX_CONCURRENCY).contains(number))
            .ok_or_else(|| {
                let problem = format!(
                    "is “{text}” but must be a number from 1 to \
                                       {MAX_CONCURRENCY}."
                );
                ConfigError::new(COLLECT_CONCURRENCY, problem)
            })
    }

    /// The key file; `None` if the environment or a flag holds the key.
    pub(crate) fn key_file(&self) -> Result<Option<PathBuf>, ConfigError> {
        if set_secret(self.secret_key.as_ref()).is_some() {
            return Ok(None);
        }
        let named = self.secret_key_file.as_ref();
        if let Some(file) = named.filter(|path| !path.as_os_str().is_empty()) {
            return Ok(Some(file.clone()));
        }
        let database = self.database()?;
        Ok(database.sqlite_path().map(key_file::path_beside))
    }

    fn max_wait(&self) -> Result<Duration, ConfigError> {
        let new = set(self.collect_max_wait.as_ref());
        let old = set(self.collect_patience.as_ref());
        let (name, text) = match (new, old) {
            (None, None) => return Ok(Duration::from_hours(3)),
            (Some(new), Some(old)) if new != old => {
                let problem = format!(
                    "is “{new}” but its former name {COLLECT_PATIENCE} is “{old}”. Keep only {COLLECT_MAX_WAIT}."
                );
                return Err(ConfigError::new(COLLECT_MAX_WAIT, problem));
            }
            (Some(new), _) => (COLLECT_MAX_WAIT, new),
            (None, Some(old)) => (COLLECT_PATIENCE, old),
        };
        text.parse()
            .ok()
            .filter(|minutes| *minutes <= MAX_WAIT_MINUTES)
            .map(Duration::from_mins)
            .ok_or_else(|| {
                let problem = format!(
                    "is “{text}” but must be a number of minutes from 0 to {MAX_WAIT_MINUTES}."
                );
                ConfigError::new(name, problem)
            })
    }

    fn keep_responses_days(&self) -> Result<u32, ConfigError> {
        let Some(text) = set(self.keep_responses_days.as_ref()) else {
            return Ok(30);
        };
        text.parse()
            .ok()
            .filter(|days| *days <= MAX_RETENTION_DAYS)
            .ok_or_else(|| {
                let problem = format!(
                    "is “{text}” but must be a number of days from 0 to {MAX_RETENTION_DAYS}."
                );
                ConfigError::new(KEEP_ANSWERS_DAYS, problem)
            })
    }

    fn secret_key(&self, database: &DatabaseUrl) -> Result<SecretKey, ConfigError> {
        let file = self
            .secret_key_file
            .as_ref()
            .filter(|path| !path.as_os_str().is_empty());
        match (set_secret(self.secret_key.as_ref()), file) {
            (Some(_), Some(_)) => Err(ConfigError::new(
                SECRET_KEY,
                format!("and {SECRET_KEY_FILE} are both set; keep only one of them."),
            )),
            (Some(key), None) => SecretKey::from_base64(&key.into())
                .map_err(|error| ConfigError::new(SECRET_KEY, format!("is not valid; {error}."))),
            (None, Some(file)) => key_file::read(file).map_err(|error| {
                ConfigError::new(SECRET_KEY_FILE, format!("is not valid; {error}."))
            }),
            (None, None) => match database.sqlite_path() {
                Some(database) => key_file::read_or_create(database).map_err(|error| {
                    ConfigError::new(SECRET_KEY, format!("is not set, and {error}."))
                }),
                None => Err(ConfigError::new(
                    SECRET_KEY,
                    format!(
                        "or {SECRET_KEY_FILE} is required with PostgreSQL; create a key with “openssl rand -base64 32” and set it for every server."
                    ),
                )),
            },
        }
    }
}

/// The address of the server.
#[derive(Args, Clone)]
pub struct ListenArgs {
    /// Address and port to listen on [default: 127.0.0.1:3000]
    #[arg(long, env = LISTEN, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
}

impl ListenArgs {
    /// The address to bind.
    pub(crate) fn read(&self) -> Result<SocketAddr, ConfigError> {
        let Some(text) = set(self.listen.as_ref()) else {
            return Ok((Ipv4Addr::LOCALHOST, 3000).into());
        };
        text.parse().map_err(|_| {
            let problem = format!(
                "is “{text}” but must be an IP address and a port, for example \
                         127.0.0.1:3000."
            );
            ConfigError::new(LISTEN, problem)
        })
    }
}

/// The settings of `serve`.
#[derive(Args, Clone)]
pub struct ServeArgs {
    #[command(flatten)]
    pub(crate) listen: ListenArgs,
    /// Public URL, for links and cookies [default: http:// and the listen address]
    #[arg(long, env = PUBLIC_URL, value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    #[command(flatten)]
    pub(crate) sign_in: SignInArgs,
}

impl ServeArgs {
    /// The public URL; `None` for the address that the server listens on.
    pub(crate) fn public_url(&self) -> Result<Option<Url>, ConfigError> {
        let Some(text) = set(self.public_url.as_ref()) else {
            return Ok(None);
        };
        let url = http_url(PUBLIC_URL, text)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            let problem = format!("is “{text}”; remove everything after the host and port.");
            return Err(ConfigError::new(PUBLIC_URL, problem));
        }
        Ok(Some(url))
    }
}

/// Reads `.env` of the working directory into the environment, except for variables that are set.
///
/// Only to be called while the process has a single thread.
pub(crate) fn read_env_file() -> Result<(), ConfigError> {
    match dotenvy::dotenv() {
        Ok(_) => Ok(()),
        Err(error) if error.not_found() => Ok(()),
        // The line itself is not repeated: it may hold a secret.
        Err(dotenvy::Error::LineParse(..)) => Err(ConfigError::new(
            ".env",
            "has a line that is not NAME=VALUE; correct or remove it.",
        )),
        Err(error) => Err(ConfigError::new(
            ".env",
            format!("cannot be read ({error})."),
        )),
    }
}

/// The `TIDEMARK_` variables in the environment that no command knows, probably misspelled.
pub(crate) fn unknown_variables(command: &Command) -> Vec<String> {
    let mut known = BTreeSet::new();
    collect_variables(command, &mut known);
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with("TIDEMARK_") && !known.contains(name))
        .collect()
}

fn collect_variables(command: &Command, known: &mut BTreeSet<String>) {
    let variables = command
        .get_arguments()
        .filter_map(|argument| argument.get_env());
    known.extend(variables.filter_map(|name| name.to_str().map(str::to_owned)));
    for command in command.get_subcommands() {
        collect_variables(command, known);
    }
}
