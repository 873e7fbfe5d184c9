// Starts the simulated GitHub as a program of its own, for servers that know no other.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { end } from "./processes.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const program =
  process.env.TIDEMARK_SIMULATOR ?? join(root, "target", "debug", "examples", "github");

/** What opens which door there: see server/examples/github.rs. */
export const github = {
  /** Of `octocat`, who administers all recorded repositories. */
  token: "ghp_octocat",
  /** Of the same user, for nothing. */
  tokenWithoutScope: "ghp_unscoped",
  oauth: { clientId: "tidemark", clientSecret: "oauth-secret" },
};

export interface Github {
  /** The base address of its interface; its own pages lie there too. */
  url: string;
  /** Changes what people meet there: `sign-in LOGIN`, `decline`, `revoke TOKEN` and more. */
  order(line: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startGithub(): Promise<Github> {
  if (!existsSync(program)) {
    throw new Error(`${program} is missing: run cargo build --package server --example github.`);
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
