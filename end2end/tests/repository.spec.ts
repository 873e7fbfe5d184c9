// A repository's page and its interactive chart.
import { readFile } from "node:fs/promises";
import { drag, drawing, drawnChart, hover, servedPoints } from "./chart.ts";
import { demo, expect, open, test } from "./tidemark.ts";

const repository = `/t/${demo.tenant}/r/jonescompneurolab/hnn-core`;

test("is in the page as served with three years of days, before any script", async ({ page }) => {
  const html = await (await page.request.get(`${repository}?period=all&interval=day`)).text();
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

test("hovering reads the day under the pointer with all its values, and draws nothing again", async ({ page }) => {
  await open(page, `${repository}?period=90d`);
  const chart = await drawnChart(page);
  const before = await drawing(chart);

  await hover(page, chart, 0.3);
  const reading = chart.locator(".chart-reading");
  await expect(reading).toContainText(/\d{4}/);
  for (const name of [/Views/, /Unique visitors/, /Clones/, /Unique cloners/]) {
    await expect(reading).toContainText(name);
  }
  await expect(chart.locator(".chart-context")).toContainText(/7-day mean/);
  const first = await reading.innerText();
  await expect(chart.locator(".chart-overlay .line")).toBeVisible();
  await hover(page, chart, 0.6);
  await expect(reading).not.toHaveText(first);
  expect(await drawing(chart)).toBe(before);

  await page.mouse.move(0, 0);
  await expect(chart.locator(".chart-overlay .line")).toBeHidden();
});

test("a click keeps the day, a second one lets it go", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  const when = chart.locator(".chart-reading .when");
  const newest = await when.innerText();

  await hover(page, chart, 0.3);
  await page.mouse.down();
  await page.mouse.up();
  const kept = await when.innerText();
  expect(kept).not.toBe(newest);
  await page.mouse.move(0, 0);
  await expect(when).toHaveText(kept);

  await hover(page, chart, 0.3);
  await page.mouse.down();
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await expect(when).toHaveText(newest);
});

test("every key of the help works, and the day is announced", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  const canvas = chart.locator("canvas");
  const when = chart.locator(".chart-reading .when");
  const announced = chart.locator("[aria-live]");

  await canvas.focus();
  await page.keyboard.press("End");
  const last = await when.innerText();
  await page.keyboard.press("ArrowLeft");
  await expect(when).not.toHaveText(last);
  await page.keyboard.press("ArrowRight");
  await expect(when).toHaveText(last);
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(when).not.toHaveText(last);
  await page.keyboard.press("h");
  await expect(announced).toHaveText(/Views \d/);
  const highest = await when.innerText();
  await page.keyboard.press("l");
  await expect(when).not.toHaveText(highest);

  await page.keyboard.press("ArrowDown");
  await expect(announced).toHaveText(/Views \d/);
  await page.keyboard.press("ArrowDown");
  await expect(announced).toHaveText(/Unique visitors \d/);
  await expect(announced).not.toHaveText(/Views/);

  await page.keyboard.press("+");
  await expect(announced).toHaveText(/^Showing /);
  await expect(page.getByRole("button", { name: "Reset zoom" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Reset zoom" })).toBeHidden();

  await page.keyboard.press("t");
  await expect(page.locator(".chart-table").first().getByRole("table")).toBeVisible();
  await canvas.focus();
  await page.keyboard.press("?");
  await expect(page.getByRole("heading", { name: "Keyboard and gestures" })).toBeVisible();
});

test("Ctrl with the wheel zooms, and the sliders below move the zoom's ends", async ({ page }) => {
  await open(page, `${repository}?period=90d`);
  const chart = await drawnChart(page);
  const reset = page.getByRole("button", { name: "Reset zoom" });

  await hover(page, chart, 0.5);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await expect(reset).toBeVisible();
  await reset.click();

  const start = chart.getByRole("slider", { name: "First day shown" });
  await start.focus();
  await page.keyboard.press("PageUp");
  await expect(reset).toBeVisible();
  await expect(start).not.toHaveValue("0");
  await page.keyboard.press("Home");
  await expect(reset).toBeHidden();
});

test("a click on a name hides its line, a double click shows it alone", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  const name = (label: RegExp) => chart.locator(".legend").getByRole("button", { name: label });

  await name(/^Views/).click();
  await expect(name(/^Views/)).toHaveAttribute("aria-pressed", "false");
  await name(/^Clones/).dblclick();
  await expect(name(/^Clones/)).toHaveAttribute("aria-pressed", "true");
  await expect(name(/^Unique visitors/)).toHaveAttribute("aria-pressed", "false");
});

test("the axis can be logarithmic", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  const before = await drawing(chart);
  await chart.getByRole("button", { name: "Chart options" }).click();
  await chart.getByRole("button", { name: "Logarithmic axis" }).click();
  await expect.poll(() => drawing(chart)).not.toBe(before);
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

test("a drag is a range in the address, which keeps the place and the focus, and Back leaves it", async ({ page }) => {
  await open(page, `${repository}?period=90d&interval=day`);
  const chart = await drawnChart(page);
  const canvas = chart.locator("canvas");
  const days = page.locator(".range summary");
  const before = await days.innerText();
  await canvas.focus();

  await drag(page, chart, 0.4, 0.6);
  await expect(page).toHaveURL(/\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d&interval=day$/);
  const range = new URL(page.url()).searchParams;
  await expect(days).not.toHaveText(before);
  // The figures and the chart have the same days.
  const day = (name: string) => Date.parse(range.get(name)!);
  const length = (day("to") - day("from")) / 86_400_000 + 1;
  expect(length).toBeGreaterThan(10);
  expect(length).toBeLessThan(25);
  await expect(chart.getByRole("slider", { name: "Last day shown" })).toHaveAttribute("max", `${length - 1}`);
  await expect(canvas).toBeFocused();
  expect(await page.evaluate(() => document.querySelector("canvas")!.getBoundingClientRect().top)).toBeLessThan(800);

  await page.goBack();
  await expect(page).toHaveURL(/\?period=90d&interval=day$/);
  await expect(days).toHaveText(before);
  await expect(page.getByRole("button", { name: "Reset zoom" })).toBeHidden();
});

test("the strip writes its range into the address once its sliders are left", async ({ page }) => {
  await open(page, `${repository}?period=90d&interval=day`);
  const chart = await drawnChart(page);
  await chart.getByRole("slider", { name: "First day shown" }).focus();
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Tab");
  await expect(page).toHaveURL(/period=90d/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d/);
  await page.getByRole("button", { name: "Reset zoom" }).click();
  await expect(page).toHaveURL(/\?period=90d&interval=day$/);
});

test("the kept day is in the address", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  let chart = await drawnChart(page);
  await chart.locator("canvas").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\?period=30d&day=\d{4}-\d\d-\d\d$/);
  const read = await chart.locator(".chart-reading").innerText();

  await page.reload();
  chart = await drawnChart(page);
  await expect(chart.locator(".chart-reading")).toHaveText(read, { useInnerText: true });
  await chart.locator("canvas").focus();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\?period=30d$/);
});

test("the chart is downloaded as CSV, SVG and PNG, with its range and its source", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  const saved = async (role: "link" | "button", name: string) => {
    await chart.getByRole("button", { name: "Chart options" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), chart.getByRole(role, { name }).click()]);
    await page.keyboard.press("Escape");
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  };
  expect((await saved("link", "Download CSV")).content.toString()).toMatch(/^repository_id,/);
  const svg = await saved("link", "Download SVG");
  expect(svg.name).toBe("chart.svg");
  expect(svg.content.toString()).toMatch(/ by day · Source: GitHub, kept by Tidemark</);
  const png = await saved("button", "Download PNG");
  expect(png.name).toBe("chart.png");
  expect(png.content.subarray(1, 4).toString()).toBe("PNG");
  // Twice as many pixels as the picture is wide.
  expect(png.content.readUInt32BE(16)).toBe(2236);
});

test("C opens the comparison and moves the focus there", async ({ page }) => {
  await open(page, `${repository}?period=30d`);
  const chart = await drawnChart(page);
  await chart.locator("canvas").focus();
  await page.keyboard.press("c");
  await expect(page.getByRole("link", { name: "Same period last year" })).toBeVisible();
  await expect(page.locator(".compare summary")).toBeFocused();
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
    await page.goto(`${repository}?period=all&interval=day`);
    await page.locator(".chart-table summary").click();
    await page.getByRole("link", { name: "Open the table on its own page" }).click();
    await expect(page).toHaveURL(/\/values\?period=all&interval=day$/);
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
