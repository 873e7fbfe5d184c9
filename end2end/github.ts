// Starts the simulated GitHub as a separate program, for servers under test.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { end } from "./processes.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const program =
  process.env.TIDEMARK_SIMULATOR ?? join(root, "target", "debug", "examples", "github");

/** Its credentials; see server/examples/github.rs. */
export const github = {
  /** A token of `octocat`, who administers all recorded repositories. */
  token: "ghp_octocat",
  /** A token of the same user without any scope. */
  tokenWithoutScope: "ghp_unscoped",
  oauth: { clientId: "tidemark", clientSecret: "oauth-secret" },
};

export interface Github {
  /** The base address of its API and of its pages. */
  url: string;
  /** Changes how it behaves: `sign-in LOGIN`, `decline`, `revoke TOKEN` and more. */
  order(line: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startGithub(): Promise<Github> {
  if (!existsSync(program)) {
    throw new Error(`${program} is missing. Run cargo build --package server --example github.`);
  }
  const child = spawn(program, ["127.0.0.1:0"], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => ((await lines.next()).value ?? "nothing") as string;
  const said = await next();
  const url = /http:\S+/.exec(said)?.[0];
  if (!url) throw new Error(`the simulated GitHub said: ${said}`);
  return {
    url,
    async order(line) {
      child.stdin.write(`${line}\n`);
      const answer = await next();
      if (answer !== "done") throw new Error(`the simulated GitHub answered “${line}”: ${answer}`);
    },
    async stop() {
      await end(child);
    },
  };
}
