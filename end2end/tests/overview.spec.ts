// The overview of a tenant's repositories.
import { drawnChart, servedPoints } from "./chart.ts";
import { demo, expect, open, test } from "./tidemark.ts";

const overview = `/t/${demo.tenant}`;

test("opens from the bare address", async ({ page }) => {
  await open(page, "/");
  await expect(page).toHaveURL(new RegExp(`${overview}$`));
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test("is in the page as served, chart and figures, before any script", async ({ page }) => {
  const response = await page.request.get(`${overview}?period=30d`);
  expect(response.status()).toBe(200);
  const html = await response.text();

  expect(servedPoints(html)).toBeGreaterThan(20);
  expect(html).toContain("hnn-core");
  for (const figure of ["Views", "Clones"]) {
    expect(html).toMatch(new RegExp(`class="stat".*${figure}.*class="value">\\d[\\d,]*<`, "s"));
  }
});

test("shows totals for the period and draws its chart", async ({ page }) => {
  await open(page, `${overview}?period=30d`);
  await drawnChart(page);
  for (const name of ["Views", "Clones"]) {
    const figure = page.locator(".stat").filter({ has: page.getByText(name, { exact: true }) });
    await expect(figure.first()).toContainText(/\d/);
  }
});

test("keeps the period in the address, and changes its figures with it", async ({ page }) => {
  await open(page, `${overview}?period=30d`);
  const figures = page.locator(".stats");
  const before = await figures.innerText();

  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(page).toHaveURL(/period=all/);
  await expect(figures).not.toHaveText(before);

  await page.goBack();
  await expect(page).toHaveURL(/period=30d/);
  await expect(figures).toHaveText(before, { useInnerText: true });
});

test("the unit follows the period, and can be chosen", async ({ page }) => {
  await open(page, `${overview}?period=30d`);
  const unit = page.getByRole("navigation", { name: "Unit" });
  await expect(unit.getByRole("link", { name: "Day" })).toHaveAttribute("aria-current", "true");
  await page.getByRole("link", { name: "1 y", exact: true }).click();
  await expect(unit.getByRole("link", { name: "Week" })).toHaveAttribute("aria-current", "true");
  await unit.getByRole("link", { name: "Month" }).click();
  await expect(page).toHaveURL(/period=1y&interval=month/);
  await expect(unit.getByRole("link", { name: "Month" })).toHaveAttribute("aria-current", "true");
});

test("sorts its table by any column, both ways", async ({ page }) => {
  await open(page, overview);
  const table = page.getByRole("table").filter({ hasText: "hnn-core" });
  const names = table.getByRole("row").getByRole("link", { name: "/" });

  await table.getByRole("columnheader", { name: /Repository/ }).getByRole("link").click();
  await expect(table.getByRole("columnheader", { name: /Repository/ })).toHaveAttribute("aria-sort", /ending$/);
  const once = await names.allInnerTexts();
  expect(once.length).toBeGreaterThan(2);

  await table.getByRole("columnheader", { name: /Repository/ }).getByRole("link").click();
  await expect(names).toHaveText(once.toReversed());
});

test("finds a repository by a part of its name", async ({ page }) => {
  await open(page, overview);
  const rows = page.getByRole("table").filter({ hasText: "hnn-core" }).locator("tbody tr");
  const all = await rows.count();
  expect(all).toBeGreaterThan(2);

  await page.getByLabel("Name, owner or tag").fill("HNN");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("hnn-core");

  await page.getByLabel("Name, owner or tag").fill("");
  await expect(rows).toHaveCount(all);
});

test("leads to a repository without loading the page anew, and its chart is drawn", async ({ page }) => {
  await open(page, overview);
  await drawnChart(page);
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));

  await page.getByRole("link", { name: /hnn-core/ }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  await drawnChart(page);
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);

  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await drawnChart(page);
});
