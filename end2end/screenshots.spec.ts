// Writes screenshots/PAGE-SCHEME-WIDTH.png for every page, light and dark, from a wall screen to a small phone.
import { drawnChart } from "./tests/chart.ts";
import { pages } from "./tests/pages.ts";
import { expect, open } from "./tests/tidemark.ts";

const sizes = [[2560, 1440], [1280, 900], [390, 844], [320, 640]] as const;

for (const { name, heading, test } of pages) {
  test.describe(name, () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [width, tall] of sizes) {
        test(`${colorScheme}, ${width} pixels`, async ({ page, path }) => {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: tall });
          await open(page, path);
          await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
          if (await page.locator("script[type=module]").count() && await page.locator(".chart").count()) await drawnChart(page);
          // As tall as the page, so that fixed elements are at its end.
          const height = await page.evaluate(() => document.documentElement.scrollHeight);
          await page.setViewportSize({ width, height });
          await page.screenshot({ path: `screenshots/${name}-${colorScheme}-${width}.png` });
        });
      }
    }
  });
}
