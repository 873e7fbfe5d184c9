#!/usr/bin/env bash
# Runs a command with a temporary PostgreSQL: setup/with-postgres.sh cargo test
#
# TIDEMARK_TEST_POSTGRES_URL gives the command the server's address and a role that may create
# databases. The cluster is in a temporary folder, listens on loopback only and is deleted when the
# command ends. It skips fsync, unless --durable comes first: then it keeps the default settings, for
# measurements. Also fails if the command created no table, because then the tests for PostgreSQL did
# not run.
set -euo pipefail
source "$(dirname "$0")/packages.sh"

durable=false
if [ "${1:-}" = --durable ]; then
  durable=true
  shift
fi

initdb=$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) ||
  fail "the PostgreSQL server is missing. Run setup/test-tools.sh."
bin=$(dirname "$initdb")
folder=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-postgres.XXXXXX")
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')

# PostgreSQL refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then
  user=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$user" "$folder"
  as_server=(runuser -u "$user" --)
fi
server() { (cd "$folder" && "${as_server[@]}" "$@"); }

stop() {
  server "$bin/pg_ctl" stop -D "$folder/data" -m immediate -s 2>/dev/null || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

server "$bin/initdb" -D "$folder/data" -U tidemark -A trust -E UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 || {
  cat "$folder/initdb.log" >&2
  fail "the PostgreSQL cluster could not be created. The lines above say why."
}
cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$folder'
max_connections = 300
log_statement = 'ddl'
CONF
$durable || cat >>"$folder/data/postgresql.conf" <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
server "$bin/pg_ctl" start -D "$folder/data" -l "$folder/server.log" -w -s || {
  cat "$folder/server.log" >&2
  fail "PostgreSQL did not start. The lines above say why."
}

export TIDEMARK_TEST_POSTGRES_URL="postgres://tidemark@127.0.0.1:$port/postgres"
"$@"

tables=$(grep -ci 'create table' "$folder/server.log" || true)
[ "$tables" -gt 0 ] || fail "no test created a table in PostgreSQL, so the tests for it did not run."
echo "PostgreSQL $("$bin/postgres" --version | awk '{print $3}') was in use: $tables tables created."
