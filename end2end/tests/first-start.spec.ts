// The first start on an empty database: from nothing to the first chart.
import type { Page } from "@playwright/test";
import { type Github, github, startGithub } from "../github.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { drawnChart } from "./chart.ts";
import { alive, expect, open, signedOut, test as base } from "./tidemark.ts";

const test = base.extend<{ empty: Tidemark }, { githubThere: Github }>({
  githubThere: [
    async ({}, use) => {
      const there = await startGithub();
      await use(there);
      await there.stop();
    },
    { scope: "worker" },
  ],
  empty: async ({ githubThere }, use) => {
    const server = await startTidemark("serve", { environment: { TIDEMARK_GITHUB_API_URL: githubThere.url } });
    await use(server);
    await server.stop();
  },
  // No session: no account exists yet.
  storageState: signedOut,
  baseURL: ({ empty }, use) => use(empty.url),
});

const administrator = { name: "Ada Admin", email: "ada@example.org", password: "a long enough passphrase" };

async function setUp(page: Page): Promise<void> {
  await open(page, "/");
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel("Name").fill(administrator.name);
  await page.getByLabel("Email").fill(administrator.email);
  await page.getByLabel("Password").fill(administrator.password);
  await page.getByLabel("Tenant").fill("Neuro Lab");
  await page.getByRole("button", { name: "Create administrator" }).click();
}

async function firstChart(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/t\/neuro-lab$/);
  await alive(page);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await drawnChart(page);
  await expect(page.locator("main")).toContainText("hnn-core");
}

test("leads from an empty database to the first chart, without a reload by hand", async ({ page }) => {
  const begun = Date.now();
  await setUp(page);
  await expect(page).toHaveURL(/\/t\/neuro-lab\/start$/);

  // The token is checked immediately, and the page shows the result.
  await page.getByLabel("Token", { exact: true }).fill(github.token);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.locator("main")).toContainText("octocat");
  await page.getByRole("link", { name: "Choose repositories" }).click();

  // Searching keeps the selection.
  await page.getByRole("checkbox", { name: /hnn-core/ }).check();
  await page.getByLabel("Search repositories").fill("cics");
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByRole("row").getByRole("checkbox")).toHaveCount(6);
  await page.getByRole("checkbox", { name: /cics-genapp/ }).check();
  await page.getByRole("button", { name: /^Track \d+ repositor/ }).click();
  await expect(page.getByRole("status")).toContainText("2 repositories");

  await page.getByRole("radio", { name: /Every 6 hours/ }).check();
  await page.getByRole("button", { name: "Finish and collect now" }).click();
  await firstChart(page);
  console.log(`by mouse, from an empty database to the first chart: ${Date.now() - begun} ms`);

  await open(page, "/t/neuro-lab/collection");
  await expect(page.locator("main")).toContainText("Every 6 hours");

  // The wizard is closed permanently.
  await page.goto("/setup");
  await expect(page).not.toHaveURL(/\/setup/);
});

test("is done by keyboard alone", async ({ page }) => {
  const begun = Date.now();
  await open(page, "/");
  /** Presses Tab until this has focus. */
  const reach = async (target: ReturnType<Page["getByRole"]>) => {
    for (let pressed = 0; pressed < 80; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not reach ${target}`);
  };
  // The first field already has focus.
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type(administrator.name);
  for (const text of [administrator.email, administrator.password, "Neuro Lab"]) {
    await page.keyboard.press("Tab");
    await page.keyboard.type(text);
  }
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/start$/);

  await reach(page.getByLabel("Token", { exact: true }));
  await page.keyboard.type(github.token);
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toContainText("octocat");
  await reach(page.getByRole("link", { name: "Choose repositories" }));
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { level: 1, name: "Choose repositories" })).toBeVisible();
  await reach(page.getByRole("button", { name: /^Track all/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Choose when to collect" })).toBeVisible();
  await reach(page.getByRole("radio", { name: /Twice a day/ }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: /Every 6 hours/ })).toBeChecked();
  await reach(page.getByRole("button", { name: "Finish and collect now" }));
  await page.keyboard.press("Enter");
  await firstChart(page);
  console.log(`by keyboard, from an empty database to the first chart: ${Date.now() - begun} ms`);
});

test.describe("two people at once", () => {
  test.use({ refused: [/\/setup/] });

  test("do not both become administrator", async ({ page, another, empty }) => {
    const second = await another();
    await open(page, "/");
    await open(second, "/");
    for (const [who, name] of [
      [page, "First"],
      [second, "Second"],
    ] as const) {
      await who.getByLabel("Name").fill(name);
      await who.getByLabel("Email").fill(`${name.toLowerCase()}@example.org`);
      await who.getByLabel("Password").fill(administrator.password);
      await who.getByLabel("Tenant").fill(`Lab of ${name}`);
    }
    const press = (who: Page) => who.getByRole("button", { name: "Create administrator" }).click();
    await Promise.all([press(page), press(second)]);
    const within = async (who: Page) => {
      const elsewhere = who.getByRole("heading", { level: 1, name: /^(Connect GitHub|Sign in)$/ });
      await expect(who.getByRole("alert").or(elsewhere).first()).toBeVisible();
      return /\/start$/.test(who.url());
    };
    // The second person is refused, or gets the sign-in page instead of the set-up page.
    const inside = [await within(page), await within(second)];
    expect(inside.filter(Boolean)).toHaveLength(1);
    // The second person's tenant was not created either.
    const slug = `/t/lab-of-${inside[0] ? "second" : "first"}`;
    const winner = inside[0] ? page : second;
    expect((await winner.request.get(`${empty.url}${slug}`)).status()).toBe(404);
  });
});

test.describe("a token", () => {
  test.use({ refused: [/\/start/] });

  test("that is wrong is refused in a sentence, and one without permission is told what it lacks", async ({ page }) => {
    await setUp(page);
    await page.getByLabel("Token", { exact: true }).fill("ghp_wrong");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.getByRole("alert")).toContainText(/token/i);
    await expect(page.getByLabel("Token", { exact: true })).toHaveValue("");
    expect(await page.content()).not.toContain("ghp_wrong");

    await page.getByLabel("Token", { exact: true }).fill(github.tokenWithoutScope);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.locator("main")).toContainText("octocat");
    await expect(page.locator("main")).toContainText("repo");
    await expect(page.locator("main")).toContainText(/lacks|missing/i);
    expect(await page.content()).not.toContain(github.tokenWithoutScope);
  });
});
