// Track repositories, and stop tracking them.
import type { Page } from "@playwright/test";
import { drawnChart } from "./chart.ts";
import { demo, expect, open, test } from "./tidemark.ts";

const repositories = `/t/${demo.tenant}/repositories`;

async function track(page: Page, name: string) {
  await page.getByRole("textbox", { name: "Repository" }).fill(name);
  await page.getByRole("button", { name: "Track", exact: true }).click();
}

test.beforeEach(async ({ page }) => {
  await open(page, repositories);
  await expect(page.getByRole("heading", { level: 1, name: "Repositories" })).toBeVisible();
});

test.describe("what GitHub or the rules refuse", () => {
  test.use({ refused: [/\/api\//] });

  const refusals: [string, string, RegExp][] = [
    ["a malformed name", "not a repository", /owner\/name/i],
    ["an unknown repository", "nobody/nothing", /no such repository/],
    ["one that is tracked already", "jonescompneurolab/HNN-core", /already/i],
  ];
  for (const [what, name, sentence] of refusals) {
    test(`${what} is answered with a sentence, and what was typed stays`, async ({ page }) => {
      await track(page, name);
      await expect(page.getByRole("alert")).toContainText(sentence);
      await expect(page.getByRole("textbox", { name: "Repository" })).toHaveValue(name);
    });
  }
});

test("a good name is tracked, collected and shown; then no longer, with its history", async ({ page }) => {
  await track(page, "harbourworks/buoy");
  const row = page.getByRole("row").filter({ hasText: "buoy" });
  await expect(row).toBeVisible();
  // It is collected immediately, and the page shows it.
  await expect(page.getByRole("status")).toContainText("The last 14 days have been collected.");
  await expect(row).toContainText(/\d+ \w+ – \d+ \w+ \d{4}/);

  await row.getByRole("link", { name: /buoy/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: /buoy/ })).toBeVisible();
  await drawnChart(page);

  await open(page, repositories);
  await row.getByRole("button", { name: /Stop tracking/ }).click();
  const dialog = page.getByRole("dialog");
  const stop = dialog.getByRole("button", { name: "Stop tracking" });
  await expect(dialog.getByRole("radio", { name: "Keep its history" })).toBeChecked();
  await dialog.getByRole("radio", { name: "Delete its history" }).check();
  await stop.click();
  const typed = dialog.getByLabel("Type the repository’s name");
  await expect(typed).toBeFocused();
  await expect(typed).toHaveJSProperty("validationMessage", "Type “harbourworks/buoy” to delete its history.");
  await typed.fill("buoy");
  await stop.click();
  await expect(row).toBeAttached();
  await typed.fill("HarbourWorks/buoy");
  await stop.click();
  await expect(dialog).toBeHidden();
  await expect(row).toHaveCount(0);
});
