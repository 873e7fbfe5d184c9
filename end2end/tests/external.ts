// Tidemark with external sign-in providers: OpenID Connect and GitHub.
import { type Github, github, startGithub } from "../github.ts";
import { freePort } from "../processes.ts";
import { type OidcProvider, startProvider } from "../provider.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { test as base, signedOut } from "./tidemark.ts";

export interface ExternalSignIn {
  tidemark: Tidemark;
  provider: OidcProvider;
  github: Github;
  /** Starts another Tidemark with other settings. It stops with the test's worker. */
  another(environment: Record<string, string>): Promise<Tidemark>;
}

/** The name of the OpenID Connect provider on buttons. */
export const providerName = "Neuro ID";

/** Each test has its own client address, so that tests do not share a limit of attempts. */
let address = 0;

export const test = base.extend<object, { external: ExternalSignIn }>({
  external: [
    async ({}, use) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const provider = await startProvider(`${url}/sign-in/oidc/callback`);
      const there = await startGithub();
      const environment = {
        TIDEMARK_PUBLIC_URL: url,
        TIDEMARK_OIDC_ISSUER: provider.issuer,
        TIDEMARK_OIDC_CLIENT_ID: provider.clientId,
        TIDEMARK_OIDC_CLIENT_SECRET: provider.clientSecret,
        TIDEMARK_OIDC_NAME: providerName,
        TIDEMARK_GITHUB_API_URL: there.url,
        TIDEMARK_GITHUB_URL: there.url,
        TIDEMARK_GITHUB_CLIENT_ID: github.oauth.clientId,
        TIDEMARK_GITHUB_CLIENT_SECRET: github.oauth.clientSecret,
        TIDEMARK_TRUSTED_PROXIES: "127.0.0.1",
      };
      const tidemark = await startTidemark("serve", { port, environment });
      const owner = ["--tenant", "lab", "--role", "owner", "--administrator", "--password-stdin"];
      await tidemark.run(["user", "create", "--email", lab.email, "--name", "Lab Owner", ...owner], lab.password);
      const more: Tidemark[] = [];
      const another = async (other: Record<string, string>) => {
        const { TIDEMARK_PUBLIC_URL: _, ...same } = environment;
        const started = await startTidemark("serve", { environment: { ...same, ...other } });
        more.push(started);
        return started;
      };
      await use({ tidemark, provider, github: there, another });
      for (const started of [tidemark, ...more]) await started.stop();
      await there.stop();
      await provider.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  storageState: signedOut,
  baseURL: ({ external }, use) => use(external.tidemark.url),
  extraHTTPHeaders: ({}, use) => use({ "x-forwarded-for": `192.0.2.${(address += 1)}` }),
});

/** The owner of its tenant. */
export const lab = { email: "owner@lab.example", password: "the passphrase of the lab", tenant: "lab" };
