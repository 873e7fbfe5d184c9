// `make dev`: on change, Trunk rebuilds the front end, and this script rebuilds and restarts the
// server. A debug server reads dist/ from disk, so a new front end needs no new server.
// Arguments are passed to tidemark (default: `demo`).
import { spawn } from "node:child_process";
import { existsSync, watch } from "node:fs";

const command = process.argv.length > 2 ? process.argv.slice(2) : ["demo"];
const watched = ["app", "domain", "engine", "migrations", "server", "simulator", "Cargo.toml", "Cargo.lock"];
const quietMilliseconds = 300;

const trunk = spawn("trunk", ["watch", "--cargo-profile", "dev"], { stdio: "inherit" });
trunk.on("exit", (code) => stop(code ?? 1));

let building = null;
let server = null;
let pending = null;

function stop(code) {
  for (const child of [trunk, building, server]) child?.kill("SIGTERM");
  process.exit(code);
}
process.on("SIGINT", () => stop(0));
process.on("SIGTERM", () => stop(0));

// The old server keeps serving while the new one builds, and if the build fails.
function rebuild() {
  building?.kill("SIGTERM");
  const build = spawn("cargo", ["build", "--package", "server"], { stdio: "inherit" });
  building = build;
  build.on("exit", (code) => {
    if (building !== build) return;
    building = null;
    if (code === 0) restart();
  });
}

function restart() {
  const start = () => {
    const started = spawn("target/debug/tidemark", command, { stdio: "inherit" });
    server = started;
    started.on("exit", (code) => {
      if (server !== started) return;
      server = null;
      console.log(`tidemark ended with status ${code}. Waiting for a change.`);
    });
  };
  if (!server) return start();
  const old = server;
  server = null;
  old.once("exit", start);
  old.kill("SIGTERM");
}

for (const path of watched.filter(existsSync)) {
  watch(path, { recursive: true }, (_event, name) => {
    if (name && !/\.(rs|toml|sql|lock|json|csv|gz)$/.test(name)) return;
    clearTimeout(pending);
    pending = setTimeout(rebuild, quietMilliseconds);
  });
}
rebuild();
