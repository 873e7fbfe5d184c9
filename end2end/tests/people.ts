// Creates people on the command line, so that each test has its own accounts.
import type { Tidemark } from "../server.ts";

export interface Person {
  name: string;
  email: string;
  password: string;
}

export interface Roles {
  /** The slug of their tenant. */
  tenant?: string;
  role?: "owner" | "viewer";
  administrator?: boolean;
  maintainer?: boolean;
}

let made = 0;

/** Creates an account with a unique email address. */
export async function createPerson(
  tidemark: Tidemark,
  name: string,
  { tenant, role = "viewer", administrator, maintainer }: Roles = {},
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
