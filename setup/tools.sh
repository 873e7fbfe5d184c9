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

source "$(dirname "$0")/packages.sh"

# A rustup that was just installed is not on the PATH of the shell that installed it.
[ -d "$HOME/.cargo/bin" ] && PATH="$PATH:$HOME/.cargo/bin"
command -v rustup >/dev/null && command -v cargo >/dev/null || fail "Rust is missing: install rustup from https://rustup.rs, open a new shell and run make again."
command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js is missing: install version 20 or newer with npm from https://nodejs.org and run make again."
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js $(node --version) is too old: install version 20 or newer from https://nodejs.org and run make again."
command -v cc >/dev/null || install_packages build-essential

# rust-toolchain.toml names the toolchain and the target; where rustup does not install them by
# itself, it is asked to.
rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

# install_crate OPT_LEVEL CRATE VERSION BINARY [OPTION…]
install_crate() {
  local opt_level=$1 crate=$2 version=$3 binary=$4
  shift 4
  [ "$("$tools/bin/$binary" --version 2>/dev/null | awk '{print $2}')" = "$version" ] && return
  echo "Installing $crate $version into $tools (once per machine, a few minutes) …"
  # Both in one folder: build scripts and macros that they have in common are compiled once.
  CARGO_TARGET_DIR="$tools/build" \
  CARGO_PROFILE_RELEASE_OPT_LEVEL="$opt_level" CARGO_PROFILE_RELEASE_LTO=off \
  CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    cargo install "$crate" --version "$version" --bin "$binary" --root "$tools" --force "$@"
}
# wasm-bindgen reads the whole module, which is slow without any optimization; Trunk only starts
# others, and without its default features it leaves out TLS, which it needs for downloads alone.
install_crate 1 wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen
install_crate 0 trunk "$trunk_version" trunk --locked --no-default-features
rm -rf "$tools/build"

if [ "$("$tools/bin/wasm-opt" --version 2>/dev/null | awk '{print $3}')" != "${binaryen_version%%.*}" ]; then
  echo "Installing wasm-opt $binaryen_version into $tools …"
  npm install --silent --no-fund --no-audit --prefix "$tools/npm" "binaryen@$binaryen_version"
  ln -sf "$tools/npm/node_modules/binaryen/bin/wasm-opt" "$tools/bin/wasm-opt"
fi
