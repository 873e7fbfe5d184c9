// Free ports for the programs that tests start, and a way to stop them.
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

const stopDeadlineMilliseconds = 20_000;

/** A free port on the loopback interface. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (!address || typeof address === "string") throw new Error("no free port on 127.0.0.1");
  return address.port;
}

/** Asks a program to stop, kills it after a deadline, and returns its exit code or signal. */
export async function end(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMilliseconds);
  const [code, signal] = await exited;
  clearTimeout(killer);
  return code ?? signal;
}
