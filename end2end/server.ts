// Starts Tidemark's binary on a free port of the loopback interface, with everything it writes in
// a temporary folder.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const binary = process.env.TIDEMARK_BINARY ?? join(root, "target", "debug", "tidemark");
const startDeadlineMilliseconds = 90_000;
const stopDeadlineMilliseconds = 20_000;

export interface Tidemark {
  /** Where it serves, without a slash at the end. */
  url: string;
  /** What it has written to standard output and error so far. */
  output(): string;
  /** Asks it to end, as a service manager does; fails if it panicked or did not end cleanly. */
  stop(): Promise<void>;
}

/** The folder is the one for `tidemark demo --data-dir` and for the database of `serve`. */
export async function startTidemark(command: "demo" | "serve"): Promise<Tidemark> {
  if (!existsSync(binary)) throw new Error(`${binary} is missing: run cargo build --package server.`);
  const folder = await mkdtemp(join(tmpdir(), "tidemark-end2end-"));
  const listen = `127.0.0.1:${await freePort()}`;
  const args = ["--listen", listen, ...(command === "demo" ? ["--data-dir", folder] : [])];
  const child = spawn(binary, [command, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TIDEMARK_LOG: "info",
      ...(command === "serve" ? { TIDEMARK_DATABASE_URL: `sqlite:${join(folder, "tidemark.db")}` } : {}),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));

  const url = `http://${listen}`;
  try {
    await ready(url, child, () => output);
  } catch (error) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url,
    output: () => output,
    async stop() {
      const status = await end(child);
      await rm(folder, { recursive: true, force: true });
      if (status !== 0 || output.includes("panicked at")) {
        throw new Error(`tidemark ${command} ended with ${status}:\n${output}`);
      }
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (!address || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

async function ready(url: string, child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + startDeadlineMilliseconds;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`tidemark ended with ${child.exitCode}:\n${output()}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(100);
  }
  throw new Error(`tidemark was not ready within ${startDeadlineMilliseconds} ms:\n${output()}`);
}

async function end(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMilliseconds);
  const [code, signal] = await exited;
  clearTimeout(killer);
  return code ?? signal;
}
