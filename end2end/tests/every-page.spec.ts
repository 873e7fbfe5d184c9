// What every page must do.
import { AxeBuilder } from "@axe-core/playwright";
import { pages } from "./pages.ts";
import { expect, open } from "./tidemark.ts";

for (const { name, heading, test } of pages) {
  test.describe(`the page ${name}`, () => {
    test("has one main heading and a title of its own", async ({ page, path }) => {
      await open(page, path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      await expect(page).toHaveTitle(/^[^<>]+ · Tidemark$/);
    });

    for (const colorScheme of ["light", "dark"] as const) {
      test(`is accessible in ${colorScheme} colours`, async ({ page, path }) => {
        await page.emulateMedia({ colorScheme });
        await open(page, path);
        await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
        ).toEqual([]);
      });
    }

    test("does not scroll sideways at 390 and 320 pixels", async ({ page, path }) => {
      await page.setViewportSize({ width: 390, height: 844 });
      await open(page, path);
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect(await width()).toBeLessThanOrEqual(390);
      await page.setViewportSize({ width: 320, height: 640 });
      expect(await width()).toBeLessThanOrEqual(320);
    });

    test.describe("with scripts switched off", () => {
      test.use({ javaScriptEnabled: false });

      test("shows its content", async ({ page, path }) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
        if (name === "overview" || name === "repository") {
          await expect(page.locator(".chart svg:visible").first()).toBeVisible();
        }
      });
    });
  });
}
