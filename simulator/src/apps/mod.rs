//! GitHub Apps and OAuth Apps.

pub(crate) mod app;
pub(crate) mod installation;
pub(crate) mod manifest;
pub(crate) mod oauth;
pub(crate) mod test_keys;
