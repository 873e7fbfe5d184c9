// Every page and its address.
import { createPerson } from "./people.ts";
import { test as external } from "./external.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { demo, signIn, signedOut, test as signedIn } from "./tidemark.ts";

const tenant = `/t/${demo.tenant}`;

/** Every page that the owner and administrator of the demo can open. */
const mine = [
  { name: "overview", path: tenant, heading: "Overview" },
  { name: "repository", path: `${tenant}/r/jonescompneurolab/hnn-core?period=90d`, heading: /hnn-core/ },
  {
    name: "answers",
    path: `${tenant}/r/jonescompneurolab/hnn-core/answers`,
    heading: "Data sources",
  },
  { name: "observations", path: `${tenant}/observations`, heading: "Data quality" },
  { name: "releases", path: `${tenant}/r/harbourworks/tide-tables/releases`, heading: "Releases" },
  { name: "stars", path: `${tenant}/r/jonescompneurolab/hnn-core/stars`, heading: "Stars" },
  { name: "traffic", path: `${tenant}/traffic?period=90d`, heading: "Traffic" },
  { name: "traffic-weekly", path: `${tenant}/traffic?period=90d&interval=week`, heading: "Traffic" },
  { name: "referrers", path: `${tenant}/r/jonescompneurolab/hnn-core/referrers`, heading: "Referrers" },
  { name: "paths", path: `${tenant}/r/jonescompneurolab/hnn-core/paths`, heading: "Paths" },
  { name: "values", path: `${tenant}/values?period=all`, heading: "Traffic as a table" },
  { name: "repository-values", path: `${tenant}/repositories/1/values?period=90d`, heading: "Traffic as a table" },
  { name: "repositories", path: `${tenant}/repositories`, heading: "Repositories" },
  { name: "notes", path: `${tenant}/notes`, heading: "Notes" },
  { name: "follow-rules", path: `${tenant}/repositories/rules`, heading: "Follow rules" },
  { name: "collection", path: `${tenant}/collection`, heading: "Collection" },
  { name: "connections", path: `${tenant}/settings/connections`, heading: "Connections" },
  { name: "github-app", path: `${tenant}/settings/github-app`, heading: "Create a GitHub App" },
  { name: "schedules", path: `${tenant}/settings/schedules`, heading: "Schedules" },
  { name: "members", path: `${tenant}/settings/members`, heading: "Members" },
  { name: "tokens", path: `${tenant}/settings/tokens`, heading: "API tokens" },
  { name: "start", path: `${tenant}/start`, heading: "Connect GitHub" },
  { name: "start-repositories", path: `${tenant}/start/repositories`, heading: "Choose repositories" },
  { name: "start-schedule", path: `${tenant}/start/schedule`, heading: "Choose when to collect" },
  { name: "profile", path: "/profile", heading: "Profile" },
  { name: "tenants", path: "/system/tenants", heading: "Tenants" },
  { name: "people", path: "/system/people", heading: "People" },
  { name: "servers", path: "/system/servers", heading: "GitHub servers" },
  { name: "log", path: "/system/log", heading: "Log" },
  { name: "runs", path: "/system/runs", heading: "Runs" },
];

/** A pending invitation. */
const invited = signedIn.extend<object, { invitation: string }>({
  invitation: [
    async ({ tidemark, browser }, use) => {
      const owner = await createPerson(tidemark, "Hanna Host", { tenant: demo.tenant, role: "owner" });
      const page = await browser.newPage({ baseURL: tidemark.url });
      await signIn(page, owner);
      await page.goto(`${tenant}/settings/members`);
      await page.getByRole("button", { name: "Create invitation" }).click();
      const link = await page.getByLabel(/link/i).inputValue();
      await page.close();
      await use(link);
    },
    { scope: "worker", timeout: 60_000 },
  ],
  path: ({ invitation }, use) => use(invitation),
  storageState: signedOut,
});

/** An installation without any account. */
const empty = signedIn.extend<object, { empty: Tidemark }>({
  empty: [
    async ({}, use) => {
      const server = await startTidemark("serve");
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  storageState: signedOut,
  baseURL: ({ empty }, use) => use(empty.url),
  path: "/setup",
});

/** Every page, with the test that opens it: signed in or out, on which server. */
export const pages = [
  ...mine.map(({ path, ...page }) => ({ ...page, test: signedIn.extend({ path }) })),
  {
    name: "nowhere",
    heading: "Not found",
    test: signedIn.extend({ path: `${tenant}/nowhere`, refused: [/nowhere/] }),
  },
  { name: "sign-in", heading: "Sign in", test: signedIn.extend({ path: "/sign-in", storageState: signedOut }) },
  { name: "sign-in-external", heading: "Sign in", test: external.extend({ path: "/sign-in" }) },
  { name: "invitation", heading: /Join/, test: invited },
  { name: "set-up", heading: "Set up Tidemark", test: empty },
];
