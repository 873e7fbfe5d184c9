//! Who asks: sessions of people who are signed in, and the gate before the pages.

mod forms;
mod gate;
mod session;

pub use forms::SignInLimit;
pub(crate) use forms::{limited, routes};
pub(crate) use gate::{gate, identify};
pub(crate) use session::{delete_expired, enter, key, layer, leave, renew};
