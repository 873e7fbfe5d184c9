# Sourced by the other scripts: installs Debian packages whose programs are missing.
# shellcheck shell=bash

fail() { echo "tidemark: $1" >&2; exit 1; }

# install_packages PACKAGE…: uses apt as root or with sudo, or else says what to install.
install_packages() {
  local -a as_root=()
  command -v apt-get >/dev/null || fail "install $* with your system's package manager, then run make again."
  if [ "$(id -u)" != 0 ]; then
    # Without a terminal, sudo's password prompt would hang silently.
    if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
      as_root=(sudo)
    else
      fail "install what is missing (as root: apt-get install $*), then run make again."
    fi
  fi
  echo "Installing $* …"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}
