// Collecting now and on a schedule.
import type { Page } from "@playwright/test";
import { demo, expect, open, test } from "./tidemark.ts";

const collection = `/t/${demo.tenant}/collection`;
const schedules = `/t/${demo.tenant}/settings/schedules`;

/** The runs with this trigger, newest first. */
function runs(page: Page, trigger: string) {
  return page.getByRole("table", { name: "Runs" }).getByRole("row").filter({ hasText: trigger });
}

test("Collect now: the run appears and finishes without a reload", async ({ page }) => {
  await open(page, collection);
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
  const manual = runs(page, "manual");
  const before = await manual.count();

  await page.getByRole("button", { name: "Collect now" }).click();
  await expect(manual).toHaveCount(before + 1);
  await expect(manual.first()).toContainText(/succeeded/i, { timeout: 25_000 });
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);
});

test("a run can be looked at, with its repositories, and the history of runs", async ({ page }) => {
  await open(page, collection);
  await page.getByRole("table", { name: "Runs" }).getByRole("link").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Run \d+$/);
  const repositories = page.getByRole("table", { name: "Repositories" });
  await expect(repositories.getByRole("link", { name: "jonescompneurolab/hnn-core" })).toBeVisible();
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await expect(page.getByRole("table", { name: "History" }).getByRole("row").nth(1)).toBeVisible();
});

test("a custom schedule shows its next runs before it is saved", async ({ page }) => {
  await open(page, schedules);
  await page.getByLabel("Cron expression").fill("30 4 * * 1");
  await page.getByRole("button", { name: "Preview next runs" }).click();
  const editor = page.getByRole("form", { name: "New schedule" });
  const next = editor.getByRole("list", { name: "Next runs" }).getByRole("listitem");
  await expect(next).toHaveCount(5);
  await expect(next.first()).toContainText(/Monday|Mon/);
  await expect(next.first()).toContainText("04:30");
});

test.describe("a wrong cron expression", () => {
  test.use({ refused: [/settings\/schedules/] });

  test("is answered with a sentence, and nothing changes", async ({ page }) => {
    await open(page, schedules);
    await page.getByLabel("Name").fill("Never");
    await page.getByLabel("Cron expression").fill("99 4 * * *");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("99 4 * * *");
  });
});

/** Sets how often the tenant's schedules may run; an empty text restores the default. */
async function allowMinutesBetweenRuns(page: Page, minutes: string) {
  await open(page, "/system/tenants");
  await page.getByRole("button", { name: "Limits Demo", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Limits of Demo" });
  await dialog.getByLabel("Minimum minutes between a schedule’s runs").fill(minutes);
  await dialog.getByRole("button", { name: "Save limits" }).click();
  await expect(page.getByRole("status")).toContainText("Limits saved");
}

test.describe("a schedule of every minute", () => {
  test.use({ refused: [/settings\/schedules/] });

  test("is refused with the limit that it exceeds", async ({ page }) => {
    await open(page, schedules);
    await page.getByLabel("Name").fill("Too often");
    await page.getByLabel("Cron expression").fill("* * * * *");
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("at most every 15 minutes");
  });
});

test("a schedule of every minute runs within the next one, and the run appears without a reload", async ({ page }) => {
  test.setTimeout(150_000);
  await allowMinutesBetweenRuns(page, "1");
  await open(page, collection);
  await page.getByRole("link", { name: /^Edit/ }).first().click();
  await page.getByLabel("Cron expression").fill("* * * * *");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("updated");

  await open(page, collection);
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
  const scheduled = runs(page, "scheduled");
  const before = await scheduled.count();
  await expect(scheduled).not.toHaveCount(before, { timeout: 90_000 });
  await expect(scheduled.first()).toContainText(/succeeded/i, { timeout: 25_000 });
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);

  // Later tests count their own runs.
  await page.getByRole("link", { name: /^Edit/ }).first().click();
  await page.getByLabel("Cron expression").fill("17 5,17 * * *");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toContainText("updated");
  await allowMinutesBetweenRuns(page, "");
});
