// The base of every test: a demo server per worker, a signed-in page, and a check for errors that the
// page does not show.
import { type BrowserContext, type Page, expect, test as base } from "@playwright/test";
import { type Tidemark, startTidemark } from "../server.ts";

export { expect };
export const demo = { email: "demo@tidemark.local", password: "tidemark-demo", tenant: "demo" };
export const signedOut = { cookies: [], origins: [] };

type StorageState = Awaited<ReturnType<BrowserContext["storageState"]>>;

interface Fixtures {
  /** The address of the page under test, if there is one. */
  path: string;
  /** Addresses that a test expects to be refused. The browser reports those on its console. */
  refused: RegExp[];
  /** Fails the test for console errors, exceptions and failed requests in a browser context. */
  calm: (context: BrowserContext) => void;
  /** A page in a separate browser context, signed out. */
  another: () => Promise<Page>;
}

interface WorkerFixtures {
  tidemark: Tidemark;
  session: StorageState;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  tidemark: [
    async ({}, use) => {
      const server = await startTidemark("demo");
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  session: [
    async ({ tidemark, browser }, use) => {
      const page = await browser.newPage({ baseURL: tidemark.url });
      await signIn(page);
      const state = await page.context().storageState();
      await page.close();
      await use(state);
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: ({ tidemark }, use) => use(tidemark.url),
  storageState: ({ session }, use) => use(session),
  path: "/",
  refused: [[], { option: true }],
  calm: [
    async ({ context, javaScriptEnabled, refused }, use) => {
      const problems: string[] = [];
      const expected = (address: string) => refused.some((pattern) => pattern.test(address));
      const watch = (context: BrowserContext) => {
        context.on("console", (message) => {
          if (!["error", "warning"].includes(message.type())) return;
          if (expected(message.location().url)) return;
          problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
        });
        context.on("weberror", (error) => problems.push(`exception: ${error.error().stack}`));
        context.on("response", (response) => {
          if (response.status() < 400 || expected(response.url())) return;
          problems.push(`${response.status()} for ${response.request().method()} ${response.url()}`);
        });
        context.on("requestfailed", (request) => {
          const reason = request.failure()?.errorText;
          const left = reason === "net::ERR_ABORTED"; // the page, while it was still loading
          const switchedOff = reason === "csp" && javaScriptEnabled === false;
          if (!left && !switchedOff && !expected(request.url())) problems.push(`${reason} for ${request.url()}`);
        });
      };
      watch(context);
      await use(watch);
      expect(problems, "no hidden errors").toEqual([]);
    },
    { auto: true },
  ],
  another: async ({ browser, baseURL, calm }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL, storageState: signedOut });
      contexts.push(context);
      calm(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Opens an address and waits until the page is ready, scripts included. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await alive(page);
}

/** Waits until the scripts of a live page have taken over. Server pages have none. */
export async function alive(page: Page): Promise<void> {
  if (await page.locator("script[type=module]").count()) {
    await expect(page.locator("html[data-hydrated]")).toBeAttached();
  }
}

/** Signs in through the form, and follows the redirect. */
export async function enter(page: Page, who: { email: string; password: string }): Promise<void> {
  await open(page, "/sign-in");
  await page.getByLabel("Email").fill(who.email);
  await page.getByLabel("Password").fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Signs in through the form and waits for the overview. */
export async function signIn(page: Page, who: { email: string; password: string } = demo): Promise<void> {
  await enter(page, who);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}
