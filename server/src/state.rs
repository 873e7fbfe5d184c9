//! The state that all handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use app::server_pages::SignInMethods;
use axum::extract::FromRef;
use engine::Engine;
use leptos::config::LeptosOptions;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::assets::Frontend;
use crate::auth::{AuthSettings, Limits, Providers};

/// The state of the router; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub(crate) engine: Engine,
    options: Arc<AppConfig>,
    leptos: LeptosOptions,
    limits: Arc<Limits>,
    providers: Arc<Providers>,
    set_up: Arc<AtomicBool>,
}

/// How the app is served.
pub struct AppConfig {
    /// The public URL.
    pub public_url: Url,
    /// The files of the browser's side.
    pub frontend: Frontend,
    /// How people sign in.
    pub auth: AuthSettings,
    /// Cancelled when the server stops, which ends open streams.
    pub stopping: CancellationToken,
}

impl AppState {
    /// The state over this engine.
    #[must_use]
    pub fn new(engine: Engine, options: AppConfig) -> Self {
        let providers = Providers::new(&options.auth, &options.public_url, engine.clock());
        Self {
            engine,
            limits: Arc::new(Limits::new(options.auth.rates)),
            providers: Arc::new(providers),
            options: Arc::new(options),
            leptos: LeptosOptions::builder().output_name("tidemark").build(),
            set_up: Arc::default(),
        }
    }

    /// Whether the first account exists. Once it does, the database is not asked again.
    pub(crate) async fn is_set_up(&self) -> engine::Result<bool> {
        if self.set_up.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let is_set_up = self.engine.is_set_up().await?;
        self.set_up.store(is_set_up, Ordering::Relaxed);
        Ok(is_set_up)
    }

    pub(crate) fn public_url(&self) -> &Url {
        &self.options.public_url
    }

    /// Whether the public URL is HTTPS, so that cookies may be limited to it.
    pub(crate) fn is_secure(&self) -> bool {
        self.options.public_url.scheme() == "https"
    }

    pub(crate) fn frontend(&self) -> &Frontend {
        &self.options.frontend
    }

    pub(crate) fn auth(&self) -> &AuthSettings {
        &self.options.auth
    }

    /// The rate limits of attempts to sign in.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The external providers.
    pub(crate) fn providers(&self) -> &Providers {
        &self.providers
    }

    /// The ways to sign in beside a password.
    pub(crate) fn sign_in_methods(&self) -> SignInMethods {
        self.options.auth.sign_in_methods()
    }

    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.options.stopping
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
