// A GitHub App by manifest: from the button to the first collected repository.
import type { Page } from "@playwright/test";
import { type Github, startGithub } from "../github.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { drawnChart } from "./chart.ts";
import { alive, expect, open, signedOut, test as base } from "./tidemark.ts";

const test = base.extend<{ empty: Tidemark; githubThere: Github }>({
  githubThere: async ({}, use) => {
    const there = await startGithub();
    await there.order("sign-in octocat");
    await use(there);
    await there.stop();
  },
  empty: async ({ githubThere }, use) => {
    const server = await startTidemark("serve", { environment: { TIDEMARK_GITHUB_API_URL: githubThere.url } });
    await use(server);
    await server.stop();
  },
  storageState: signedOut,
  baseURL: ({ empty }, use) => use(empty.url),
});

/** Takes screenshots in both themes, wide and narrow, if they are wanted. */
async function look(page: Page, name: string): Promise<void> {
  const folder = process.env.TIDEMARK_PICTURES;
  if (!folder) return;
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
}

async function setUp(page: Page): Promise<void> {
  await open(page, "/");
  await page.getByLabel("Name").fill("Ada Admin");
  await page.getByLabel("Email").fill("ada@example.org");
  await page.getByLabel("Password").fill("a long enough passphrase");
  await page.getByLabel("Tenant").fill("Neuro Lab");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page).toHaveURL(/\/start$/);
}

/** Fills in the form, and continues to GitHub's page. */
async function leave(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Create a GitHub App" }).click();
  await look(page, "create");
  await page.getByRole("radio", { name: /An organization/ }).check();
  await page.getByLabel("Organization", { exact: true }).fill("jonescompneurolab");
  await page.getByLabel("App name").fill(name);
  await page.getByRole("checkbox", { name: /releases and tags/ }).check();
  await page.getByRole("button", { name: "Create a GitHub App" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Continue on GitHub" })).toBeVisible();
  await look(page, "continue");
  await page.getByRole("button", { name: "Continue on GitHub" }).click();
}

const accept = (page: Page) => page.getByRole("button", { name: /^Create GitHub App for jonescompneurolab/ }).click();
const install = (page: Page) => page.getByRole("button", { name: "Install" }).click();

/** Waits until figures of the first repository are shown, live or after a reload. */
async function collected(page: Page): Promise<void> {
  const row = page.locator("main").getByRole("row").filter({ hasText: "hnn-core" });
  await expect(async () => {
    await page.reload();
    await expect(row.first()).toContainText("complete", { timeout: 500 });
  }).toPass();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled });

    test("leads from the button to the first collected repository", async ({ page, githubThere }) => {
      await setUp(page);
      await look(page, "start");
      await leave(page, "Tidemark of the lab");
      await expect(page).toHaveURL(new RegExp(`^${githubThere.url}/organizations/jonescompneurolab/settings/apps/new`));
      await expect(page.getByRole("listitem")).toHaveText([
        "administration: read",
        "contents: read",
        "metadata: read",
      ]);
      await accept(page);
      await expect(page).toHaveURL(/\/apps\/tidemark-of-the-lab\/installations\/new\?state=/);
      await install(page);

      await expect(page.getByRole("heading", { level: 1, name: "Choose repositories" })).toBeVisible();
      await expect(page.getByRole("status")).toContainText("jonescompneurolab");
      await look(page, "choose");
      await page.getByRole("button", { name: /^Track all/ }).click();
      await page.getByRole("button", { name: "Finish and collect now" }).click();
      await expect(page).toHaveURL(/\/t\/neuro-lab$/);
      if (javaScriptEnabled) {
        await alive(page);
        await drawnChart(page);
      }
      await collected(page);
      await look(page, "overview");
      await page.locator("main").getByRole("link", { name: /hnn-core/ }).first().click();
      await expect(page.getByRole("heading", { level: 1 })).toContainText("hnn-core");
      await look(page, "repository");
      await open(page, "/t/neuro-lab/settings/connections");
      await expect(page.locator("main")).toContainText("administration: read, contents: read, metadata: read");
      await look(page, "connections");
    });
  });
}

test.describe("what does not work at once", () => {
  test.use({ refused: [/\/settings\//] });

  test("is said in a sentence, and finished later", async ({ page, githubThere }) => {
    await setUp(page);

    // The code has expired. A reload uses the state again.
    await githubThere.order("expire-code");
    await leave(page, "Too late");
    await accept(page);
    const alert = page.getByRole("alert");
    await expect(alert).toContainText(/has expired/);
    expect((await alert.innerText()).trim()).toMatch(/^([^.]+\.){1,2}$/);
    await look(page, "expired");
    await page.reload();
    await expect(alert).toContainText(/has expired, was already used/);

    // An owner must approve.
    await githubThere.order("ask-owner");
    await page.getByRole("link", { name: "View connections" }).click();
    await leave(page, "Tidemark of the lab");
    await accept(page);
    await install(page);
    await expect(alert).toContainText(/must approve the installation/);
    await look(page, "approval");
    await page.getByRole("link", { name: "View connections" }).click();
    const waiting = page.getByRole("region", { name: "Tidemark of the lab" });
    await expect(waiting).toContainText("Awaiting approval");
    await look(page, "pending");
    await waiting.getByRole("button", { name: /^Finish installing/ }).click();
    await expect(waiting.getByRole("link", { name: "Install on GitHub" })).toBeVisible();
    await expect(waiting).toContainText("GitHub does not list the installation yet.");
    await look(page, "pending-finish");

    await githubThere.order("install tidemark-of-the-lab");
    await waiting.getByRole("button", { name: /^Finish installing/ }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Choose repositories" })).toBeVisible();
    await expect(page.locator("main")).toContainText("hnn-core");
  });
});
