// People with accounts of their own, made on the command line, so that no test meets another's.
import type { Tidemark } from "../server.ts";

export interface Person {
  name: string;
  email: string;
  password: string;
}

export interface Standing {
  /** The slug of the tenant that they belong to. */
  tenant?: string;
  role?: "owner" | "viewer";
  administrator?: boolean;
  maintainer?: boolean;
}

let made = 0;

/** An account whose address nobody else has. */
export async function createPerson(
  tidemark: Tidemark,
  name: string,
  { tenant, role = "viewer", administrator, maintainer }: Standing = {},
): Promise<Person> {
  made += 1;
  const person = {
    name,
    email: `${name.split(" ")[0]!.toLowerCase()}-${made}@example.org`,
    password: `the passphrase of ${name}`,
  };
  const args = ["user", "create", "--email", person.email, "--name", name, "--password-stdin"];
  if (tenant) args.push("--tenant", tenant, "--role", role);
  if (administrator) args.push("--administrator");
  if (maintainer) args.push("--maintainer");
  await tidemark.run(args, person.password);
  return person;
}
