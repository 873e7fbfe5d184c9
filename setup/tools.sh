#!/usr/bin/env bash
# Installs the build tools that Tidemark pins, once per machine, into the user's cache folder.
#
# Trunk and wasm-bindgen are built from crates.io with a cheap profile (they run for seconds, so
# optimizing them costs more than it gives); wasm-opt comes from npm's binaryen, because Debian's
# version 108 writes modules that do not start.
set -euo pipefail

trunk_version=0.21.14
wasm_bindgen_version=0.2.130
binaryen_version=132.0.0

tools="${XDG_CACHE_HOME:-$HOME/.cache}/tidemark/tools"
mkdir -p "$tools/bin"

fail() { echo "tidemark: $1" >&2; exit 1; }

# A rustup that was just installed is not on the PATH of the shell that installed it.
[ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
command -v cargo >/dev/null || fail "Rust is missing: install rustup from https://rustup.rs, open a new shell and run make again."
command -v rustup >/dev/null || fail "rustup is missing (it adds the WebAssembly target): install it from https://rustup.rs and run make again."
command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js is missing: install version 20 or newer with npm (https://nodejs.org) and run make again."
command -v cc >/dev/null || fail "a C compiler is missing: install one (Debian, Ubuntu: apt-get install build-essential) and run make again."

rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

# One folder for both builds: what the two have in common is compiled once.
install_crate() {
  local crate=$1 version=$2 binary=$3; shift 3
  [ "$("$tools/bin/$binary" --version 2>/dev/null | awk '{print $2}')" = "$version" ] && return
  echo "Installing $crate $version into $tools (once per machine, a few minutes) …"
  CARGO_TARGET_DIR="$tools/build" \
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    cargo install "$crate" --version "$version" --root "$tools" --force "$@"
}
install_crate wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen
install_crate trunk "$trunk_version" trunk --locked --no-default-features
rm -rf "$tools/build"

if [ "$("$tools/bin/wasm-opt" --version 2>/dev/null | awk '{print $3}')" != "${binaryen_version%%.*}" ]; then
  echo "Installing wasm-opt $binaryen_version into $tools …"
  npm install --silent --no-fund --no-audit --prefix "$tools/npm" "binaryen@$binaryen_version"
  ln -sf "$tools/npm/node_modules/binaryen/bin/wasm-opt" "$tools/bin/wasm-opt"
fi
