#!/usr/bin/env bash
# Installs the pinned build tools into the user's cache folder, once per machine.
#
# Trunk and wasm-bindgen are built from crates.io with little optimization: they run for seconds, so
# optimizing takes longer than it saves. wasm-opt comes from npm's binaryen, because Debian's version
# 108 writes modules that do not start.
set -euo pipefail

trunk_version=0.21.14
wasm_bindgen_version=0.2.130
binaryen_version=132.0.0

tools="${XDG_CACHE_HOME:-$HOME/.cache}/tidemark/tools"
mkdir -p "$tools/bin"

source "$(dirname "$0")/packages.sh"

# Right after rustup was installed, the shell's PATH lacks it.
[ -d "$HOME/.cargo/bin" ] && PATH="$PATH:$HOME/.cargo/bin"
command -v rustup >/dev/null && command -v cargo >/dev/null || fail "Rust is missing. Install rustup from https://rustup.rs, open a new shell and run make again."
command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js is missing. Install version 20 or newer with npm from https://nodejs.org, then run make again."
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js $(node --version) is too old. Install version 20 or newer from https://nodejs.org, then run make again."
command -v cc >/dev/null || install_packages build-essential

# rust-toolchain.toml names the toolchain and the target, but some versions of rustup do not install
# them automatically.
rustup target list --installed 2>/dev/null | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

# install_crate OPT_LEVEL CRATE VERSION BINARY [OPTION…]
install_crate() {
  local opt_level=$1 crate=$2 version=$3 binary=$4
  shift 4
  [ "$("$tools/bin/$binary" --version 2>/dev/null | awk '{print $2}')" = "$version" ] && return
  echo "Installing $crate $version into $tools (once per machine, a few minutes) …"
  # One folder for both, so that build scripts and macros they share are compiled once.
  CARGO_TARGET_DIR="$tools/build" \
  CARGO_PROFILE_RELEASE_OPT_LEVEL="$opt_level" CARGO_PROFILE_RELEASE_LTO=off \
  CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    cargo install "$crate" --version "$version" --bin "$binary" --root "$tools" --force "$@"
}
# wasm-bindgen reads the whole module, which is slow without any optimization. Trunk only starts other
# programs. Without its default features it has no TLS, which it needs only for downloads.
install_crate 1 wasm-bindgen-cli "$wasm_bindgen_version" wasm-bindgen
install_crate 0 trunk "$trunk_version" trunk --locked --no-default-features
rm -rf "$tools/build"

if [ "$("$tools/bin/wasm-opt" --version 2>/dev/null | awk '{print $3}')" != "${binaryen_version%%.*}" ]; then
  echo "Installing wasm-opt $binaryen_version into $tools …"
  npm install --silent --no-fund --no-audit --prefix "$tools/npm" "binaryen@$binaryen_version"
  ln -sf "$tools/npm/node_modules/binaryen/bin/wasm-opt" "$tools/bin/wasm-opt"
fi
