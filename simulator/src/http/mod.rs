//! The HTTP layer: connections, middleware, headers and errors as GitHub sends them.

pub(crate) mod api_error;
pub(crate) mod call;
pub(crate) mod connection;
pub(crate) mod corruption;
pub(crate) mod headers;
pub(crate) mod lifecycle;
pub(crate) mod response;
pub(crate) mod rest_middleware;
pub(crate) mod transport;
pub(crate) mod web_middleware;
