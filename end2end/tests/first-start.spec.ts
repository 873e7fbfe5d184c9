// The first start on an empty database.
import { type Tidemark, startTidemark } from "../server.ts";
import { expect, open, test as base } from "./tidemark.ts";

const test = base.extend<object, { empty: Tidemark }>({
  empty: [
    async ({}, use) => {
      const server = await startTidemark("serve");
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  // No session: nobody can sign in yet.
  storageState: { cookies: [], origins: [] },
  baseURL: ({ empty }, use) => use(empty.url),
});

test("creates the administrator, once, and leads on from there", async ({ page }) => {
  await open(page, "/");
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);

  await page.getByLabel("Name").fill("Ada Admin");
  await page.getByLabel("Email").fill("ada@example.org");
  await page.getByLabel("Password").fill("a long enough passphrase");
  await page.getByLabel("Tenant").fill("Neuro Lab");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await expect(page).toHaveURL(/\/t\/neuro-lab$/);
  await expect(page.getByRole("heading", { name: "No numbers yet" })).toBeVisible();

  await page.goto("/setup");
  await expect(page).not.toHaveURL(/\/setup/);
});
