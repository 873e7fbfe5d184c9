//! Has the crate compiled anew when Trunk built another front end into `dist/`.
//!
//! A debug build reads `dist/` from the disk and need not follow it.

fn main() {
    let watched = if cfg!(debug_assertions) {
        "build.rs"
    } else {
        "../dist"
    };
    println!("cargo::rerun-if-changed={watched}");
}
