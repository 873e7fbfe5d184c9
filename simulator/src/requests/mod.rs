//! What can be requested, and the record of what was.

pub(crate) mod endpoint;
pub(crate) mod log;
pub(crate) mod recorder;
