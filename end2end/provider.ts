// A certified OpenID Connect provider on the loopback interface. Its host is `localhost` and
// Tidemark's is `127.0.0.1`, so that a browser sees two different sites, as in reality.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import Provider, { type Configuration, type InteractionResults } from "oidc-provider";
import { freePort } from "./processes.ts";

/** The provider's accounts, with their claims. */
export const people = {
  ada: { sub: "ada-0001", name: "Ada Lovelace", email: "ada@example.org" },
  grace: { sub: "grace-0002", name: "Grace Hopper", email: "grace@example.org" },
  hedy: { sub: "hedy-0004", name: "Hedy Lamarr", email: "hedy@example.org" },
  emmy: { sub: "emmy-0005", name: "Emmy Noether", email: "emmy@example.org" },
  joan: { sub: "joan-0006", name: "Joan Clarke", email: "joan@example.org" },
  /** An account without an email address. */
  nobody: { sub: "nobody-0003", name: "Odysseus" },
};

export type PersonThere = keyof typeof people;

export interface OidcProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Simulates an outage; `start` brings it back with all its state. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Starts a provider that accepts only this redirect URI. */
export async function startProvider(redirectUri: string): Promise<OidcProvider> {
  const port = await freePort();
  const issuer = `http://localhost:${port}`;
  const client = { clientId: "tidemark", clientSecret: randomBytes(24).toString("base64url") };
  const provider = new Provider(issuer, configuration(client, redirectUri));
  provider.on("server_error", (_, error) => console.error("the provider failed:", error));
  const callback = provider.callback();

  let server: Server;
  const start = async () => {
    server = createServer((request, response) => {
      void ask(provider, request, response, () => callback(request, response));
    }).listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  await start();
  return { issuer, ...client, start, stop };
}

function configuration(
  client: { clientId: string; clientSecret: string },
  redirectUri: string,
): Configuration {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "only" };
  return {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
      },
    ],
    jwks: { keys: [key] as never },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    findAccount(_, subject) {
      const person = Object.values(people).find(({ sub }) => sub === subject);
      return person && { accountId: subject, claims: () => ({ ...person }) };
    },
    // Signing in grants access. The page below can decline.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        accountId: oidc.session!.accountId!,
        clientId: oidc.client!.clientId,
      });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/who/${interaction.uid}` },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  };
}

/** The provider's page: choose an account or decline. The library handles the rest. */
async function ask(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  otherwise: () => Promise<void>,
): Promise<void> {
  try {
    if (request.url === "/favicon.ico") {
      response.writeHead(204).end();
    } else if (!request.url?.startsWith("/who/")) {
      await otherwise();
    } else if (request.method === "POST") {
      await provider.interactionFinished(request, response, await answer(request), {
        mergeWithLastSubmission: false,
      });
    } else {
      await provider.interactionDetails(request, response);
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(page());
    }
  } catch (error) {
    response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
  }
}

async function answer(request: IncomingMessage): Promise<InteractionResults> {
  let form = "";
  for await (const chunk of request) form += chunk;
  const person = people[new URLSearchParams(form).get("who") as PersonThere];
  return person
    ? { login: { accountId: person.sub } }
    : { error: "access_denied", error_description: "The person declined." };
}

function page(): string {
  const buttons = Object.entries(people)
    .map(([who, { name }]) => `<button name="who" value="${who}">Continue as ${name}</button>`)
    .join("\n");
  return `<!DOCTYPE html>
<html lang="en">
  <head><meta charset="utf-8"><title>The provider</title></head>
  <body>
    <main>
      <h1>Who are you?</h1>
      <form method="post">
        ${buttons}
        <button name="who" value="">Decline</button>
      </form>
    </main>
  </body>
</html>`;
}
