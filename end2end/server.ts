// Starts the Tidemark binary on a free loopback port, with all its files in a temporary folder.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { end, freePort } from "./processes.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const binary = process.env.TIDEMARK_BINARY ?? join(root, "target", "debug", "tidemark");
const startDeadlineMilliseconds = 90_000;

export interface Tidemark {
  /** Its address, without a slash at the end. */
  url: string;
  /** Its standard output and error so far. */
  output(): string;
  /** Runs a command on the same database, with this standard input. */
  run(args: string[], input?: string): Promise<string>;
  /** Stops it with SIGTERM; fails if it panicked or did not exit cleanly. */
  stop(): Promise<void>;
}

export interface Options {
  /** The port, if others must know it before the server starts. */
  port?: number;
  /** Further settings. */
  environment?: Record<string, string>;
}

/** `demo` and `serve` both keep their data in the temporary folder. */
export async function startTidemark(command: "demo" | "serve", options: Options = {}): Promise<Tidemark> {
  if (!existsSync(binary)) throw new Error(`${binary} is missing. Run cargo build --package server.`);
  const folder = await mkdtemp(join(tmpdir(), "tidemark-end2end-"));
  const listen = `127.0.0.1:${options.port ?? (await freePort())}`;
  const args = ["--listen", listen, ...(command === "demo" ? ["--data-dir", folder] : [])];
  const basics = { PATH: process.env.PATH, HOME: folder, ...options.environment };
  const database = { TIDEMARK_DATABASE_URL: `sqlite:${join(folder, "tidemark.db")}` };
  const child = spawn(binary, [command, ...args], {
    cwd: folder,
    env: { ...basics, TIDEMARK_LOG: "info", ...(command === "serve" ? database : {}) },
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
    run: (args, input = "") =>
      new Promise((resolve, reject) => {
        const settings = { cwd: folder, env: { ...basics, ...database } };
        const command = execFile(binary, args, settings, (error, answer, complaint) =>
          error ? reject(new Error(`tidemark ${args.join(" ")}: ${complaint}`)) : resolve(answer),
        );
        command.stdin!.end(input);
      }),
    async stop() {
      const status = await end(child);
      await rm(folder, { recursive: true, force: true });
      if (status !== 0 || output.includes("panicked at")) {
        throw new Error(`tidemark ${command} ended with ${status}:\n${output}`);
      }
    },
  };
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
