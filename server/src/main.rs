//! The Tidemark process.
fn main() {}
