// The choice of days and of what they are compared with, and that it stays from page to page.
import { demo, expect, open, test } from "./tidemark.ts";

const overview = `/t/${demo.tenant}`;
const repository = `${overview}/r/jonescompneurolab/hnn-core`;
const iso = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

for (const scripts of [true, false]) {
  test.describe(scripts ? "with scripts" : "with scripts switched off", () => {
    test.use({ javaScriptEnabled: scripts });
    const go = (page: Parameters<typeof open>[0], path: string) => (scripts ? open(page, path) : page.goto(path));

    test("any days can be shown", async ({ page }) => {
      await go(page, `${repository}?interval=week`);
      await page.locator(".range summary").click();
      await page.getByLabel("From").fill(iso(60));
      await page.getByLabel("To", { exact: true }).fill(iso(40));
      await page.getByRole("button", { name: "Show" }).click();
      await expect(page).toHaveURL(new RegExp(`from=${iso(60)}&to=${iso(40)}`));
      await expect(page).toHaveURL(/interval=week/);
      await expect(page.getByRole("navigation", { name: "Period" }).locator("[aria-current]")).toHaveCount(0);
      await expect(page.locator(`a[href*="traffic.csv?from=${iso(60)}&to=${iso(40)}"]`)).toHaveCount(1);
    });

    test("an end before the start is said, and the form stays as filled in", async ({ page }) => {
      for (const path of [overview, repository, `${overview}/values`, `${repository}/stars`]) {
        await page.goto(`${path}?from=${iso(10)}&to=${iso(20)}`);
        await expect(page.getByRole("alert")).toHaveText("Choose a start before the end.");
        await expect(page.getByLabel("From")).toHaveValue(iso(10));
        await expect(page.getByLabel("To", { exact: true })).toHaveValue(iso(20));
      }
    });

    test("a range goes along to other pages", async ({ page }) => {
      await go(page, `${overview}?period=last-month&compare=year`);
      await page.getByRole("link", { name: /hnn-core/ }).first().click();
      await expect(page).toHaveURL(/hnn-core\?period=last-month&compare=year$/);
      const bar = page.getByRole("navigation", { name: "Pages" });
      await bar.getByRole("link", { name: "Repositories" }).click();
      await expect(page).toHaveURL(/repositories\?period=last-month&compare=year$/);
      await bar.getByRole("link", { name: "Overview" }).click();
      await expect(page).toHaveURL(/\?period=last-month&compare=year$/);
    });
  });
}

test("an unknown period, unit or comparison is said and no other one is shown", async ({ page }) => {
  for (const [query, message] of [
    ["period=31d", "“31d” is not a period."],
    ["interval=hour", "“hour” is not a unit."],
    ["compare=last", "“last” is not a comparison."],
    ["period=30d&from=2026-01-01&to=2026-01-02", "Choose a period or two dates, not both."],
    ["from=2026-02-30&to=2026-03-02", "“2026-02-30” is not a date."],
  ] as const) {
    await page.goto(`${overview}?${query}`);
    await expect(page.getByRole("alert")).toContainText(message);
    await expect(page.locator(".stat")).toHaveCount(0);
  }
  await page.getByRole("link", { name: "14 d", exact: true }).click();
  await expect(page).toHaveURL(/period=14d/);
  await expect(page.locator(".stat").first()).toBeVisible();
});

test("days before the history begins are not shown, and it is said", async ({ page }) => {
  await page.goto(`${repository}?from=2001-01-01&to=${iso(5)}`);
  await expect(page.getByText(/^Your history begins \d+ \w+ \d{4}\. Showing from there\.$/)).toBeVisible();
});

test("a repository is compared with another one", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  await page.locator(".compare summary").click();
  await page.getByRole("link", { name: "Same period last year" }).click();
  await expect(page).toHaveURL(/compare=year/);
  const response = await page.request.get(`${repository}?with=nobody/nothing`);
  expect(response.status()).toBe(422);
  expect(await response.text()).toContain("nobody/nothing is not tracked here.");
});
