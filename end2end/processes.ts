// What the programs that tests start have in common: a free port to serve at, and an end.
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const stopDeadlineMilliseconds = 20_000;

/** A port of the loopback interface that nobody listens at. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (!address || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

/** Asks a program to end, and in the end makes it; with what it ended. */
export async function end(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMilliseconds);
  const [code, signal] = await exited;
  clearTimeout(killer);
  return code ?? signal;
}
