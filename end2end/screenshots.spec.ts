// Writes screenshots/PAGE-SCHEME-WIDTH.png for every page, light and dark, wide and narrow.
import { drawnChart } from "./tests/chart.ts";
import { pages } from "./tests/pages.ts";
import { expect, open } from "./tests/tidemark.ts";

for (const { name, heading, test } of pages) {
  test.describe(name, () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const width of [1280, 390]) {
        test(`${colorScheme}, ${width} pixels`, async ({ page, path }) => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
          await open(page, path);
          await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
          if (await page.locator(".chart").count()) await drawnChart(page);
          // As tall as the page, so that fixed elements are at its end.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width, height });
          await page.screenshot({ path: `screenshots/${name}-${colorScheme}-${width}.png` });
        });
      }
    }
  });
}
