//! The browser starts here.
#![cfg(target_arch = "wasm32")]
