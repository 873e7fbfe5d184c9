#!/usr/bin/env bash
# Installs what only the tests need: Chromium, the PostgreSQL server and npm packages.
set -euo pipefail
cd "$(dirname "$0")/.."
source setup/packages.sh

missing=()
playwright_browser=false
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
  # Ubuntu has Chromium only as a snap, which does not work for tests. Playwright brings its own.
  if grep -qx 'ID=debian' /etc/os-release; then missing+=(chromium); else playwright_browser=true; fi
fi
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"

# npm writes this file when it is done. If it is older than the lock file, packages are outdated.
if [ ! end2end/node_modules/.package-lock.json -nt end2end/package-lock.json ]; then
  echo "Installing the browser tests' npm packages …"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-fund --no-audit --prefix end2end
fi
if $playwright_browser; then (cd end2end && npx playwright install --with-deps chromium); fi
