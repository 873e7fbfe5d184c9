//! Extracts the network address that a request comes from.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use domain::Origin;
use http::request::Parts;

use crate::state::AppState;

impl FromRequestParts<AppState> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let client = peer.map(|ConnectInfo(peer)| {
            let proxies = &state.auth().trusted_proxies;
            proxies.warn_if_untrusted(peer.ip(), &parts.headers);
            proxies.client(peer.ip(), &parts.headers)
        });
        Ok(Self(client))
    }
}
