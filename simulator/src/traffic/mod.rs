//! The traffic of repositories: recorded, given or generated, and the window GitHub shows of it.

pub(crate) mod bucket;
pub(crate) mod recording;
pub(crate) mod source;
pub(crate) mod synthetic;
pub(crate) mod windowing;
