//! The faults to switch on, and the requests they apply to.

pub(crate) mod fault;
pub(crate) mod scope;
