// A repository's page and its interactive chart.
import { drag, drawing, drawnChart, hover, servedPoints } from "./chart.ts";
import { demo, expect, open, test } from "./tidemark.ts";

const repository = `/t/${demo.tenant}/r/jonescompneurolab/hnn-core`;

test("is in the page as served with three years of days, before any script", async ({ page }) => {
  const html = await (await page.request.get(`${repository}?period=all`)).text();
  expect(html).toMatch(/<h1[^>]*>.*hnn-core/s);
  const [, first, last] = html.match(/aria-label="Traffic by day, [^"–]*?(\d{4}) – [^"–]*?(\d{4}):/) ?? [];
  expect(Number(last) - Number(first)).toBeGreaterThanOrEqual(3);
  // Of every three pixels, the lowest and the highest day.
  expect(servedPoints(html)).toBeGreaterThan(600);
  for (const part of ["Views", "Clones", "Referrers", "github.com"]) expect(html).toContain(part);
});

test("shows figures, referrers, paths and how whole the data is", async ({ page }) => {
  await open(page, repository);
  await expect(page.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  for (const name of [/Referr/, /path|content|page/i]) {
    await expect(page.getByRole("heading", { level: 2, name }).first()).toBeVisible();
  }
});

test("hovering shows the day under the pointer with all its values", async ({ page }) => {
  await open(page, `${repository}?period=90d`);
  const chart = await drawnChart(page);

  await hover(page, chart, 0.3);
  const tip = chart.locator(".chart-tip");
  await expect(tip).toContainText(/\d{4}/);
  for (const name of [/Views/, /Unique visitors/, /Clones/, /Unique cloners/]) {
    await expect(tip).toContainText(name);
  }
  const first = await tip.innerText();
  await hover(page, chart, 0.6);
  await expect(tip).not.toHaveText(first);
});

test("the arrow keys walk from day to day", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);

  await chart.locator("canvas").focus();
  await page.keyboard.press("End");
  const tip = chart.locator(".chart-tip");
  const last = await tip.innerText();
  await page.keyboard.press("ArrowLeft");
  await expect(tip).not.toHaveText(last);
  await page.keyboard.press("ArrowRight");
  await expect(tip).toHaveText(last, { useInnerText: true });
});

test("dragging zooms in; a button, Escape and a double click show the whole again", async ({ page }) => {
  await open(page, `${repository}?period=90d`);
  const chart = await drawnChart(page);
  const whole = await drawing(chart);
  const reset = page.getByRole("button", { name: "Reset zoom" });
  await expect(reset).toBeHidden();

  const ways: [string, () => Promise<void>][] = [
    ["the button", () => reset.click()],
    ["Escape", () => page.keyboard.press("Escape")],
    ["a double click", () => chart.locator("canvas").dblclick()],
  ];
  for (const [name, way] of ways) {
    await drag(page, chart, 0.4, 0.6);
    await expect(reset).toBeVisible();
    await expect.poll(() => drawing(chart)).not.toBe(whole);
    await way();
    await expect(reset, `${name} resets`).toBeHidden();
    await page.mouse.move(0, 0);
  }
});

test("tells its figures to those who do not see the chart", async ({ page }) => {
  await open(page, repository);
  const chart = await drawnChart(page);
  await expect(chart.getByRole("img").or(chart.getByRole("application")).first()).toHaveAccessibleName(/views/i);

  await page.locator(".chart-table summary").first().click();
  await expect(page.locator(".chart-table").first().getByRole("table")).toBeVisible();
});

test.describe("with scripts switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("its table of values is a page, whose first row is the newest day", async ({ page }) => {
    await page.goto(`${repository}?period=all`);
    await page.locator(".chart-table summary").click();
    await page.getByRole("link", { name: "Open the table on its own page" }).click();
    await expect(page).toHaveURL(/\/values\?period=all$/);
    const rows = page.getByRole("table").locator("tbody tr");
    await expect(rows).toHaveCount(200);
    const newest = await rows.first().innerText();
    await page.getByRole("link", { name: "Next" }).click();
    await expect(page).toHaveURL(/page=2$/);
    await expect(rows.first()).not.toHaveText(newest);
  });
});

test("answers an unknown repository with a page that says so", async ({ page }) => {
  const response = await page.request.get(`/t/${demo.tenant}/r/nobody/nothing`);
  expect(response.status()).toBe(404);
  expect(await response.text()).toMatch(/not found|does not exist|no such/i);
});
