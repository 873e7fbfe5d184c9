#!/usr/bin/env bash
# Everything that a change must pass, fastest checks first. `make test` and CI run this.
#
# All tests share one debug build of the server. The front end is the release build, which is what
# people get.
set -euo pipefail
cd "$(dirname "$0")/.."

started=$SECONDS
summary=()
section() {
  local name=$1 from=$SECONDS
  shift
  printf '\n\033[1m== %s\033[0m\n' "$name"
  "$@" || { printf '\n== %s failed after %d s\n' "$name" $((SECONDS - from)) >&2; exit 1; }
  summary+=("$(printf '%6d s  %s' $((SECONDS - from)) "$name")")
}
make_target() { make --no-print-directory "$@"; }

section "Build tools" setup/tools.sh
section "Test tools" setup/test-tools.sh
section "Format" cargo fmt --all --check
section "Lints" cargo clippy --workspace --all-targets -- -D warnings
section "Lints for the browser" \
  cargo clippy --package app --package frontend --target wasm32-unknown-unknown -- -D warnings
section "Front end" make_target dist/favicon.svg.br
# Leaves the server in target/debug, where the browser tests find it.
section "Build the tests and the server" cargo test --workspace --no-run
section "Tests" setup/with-postgres.sh cargo test --workspace
section "Browser tests" npm test --silent --prefix end2end

printf '\n%s\n%6d s  in total\n' "$(printf '%s\n' "${summary[@]}")" $((SECONDS - started))
