// Printed pages: light, without controls, with the figures in one row.
import { coloursOf, drawnChart } from "./chart.ts";
import { demo, expect, open, test } from "./tidemark.ts";

test.use({ colorScheme: "dark" });

for (const path of [`/t/${demo.tenant}?period=90d`, `/t/${demo.tenant}/r/jonescompneurolab/hnn-core?period=90d`]) {
  test(`prints ${path} in light colours, with its period and without controls`, async ({ page }) => {
    await open(page, path);
    const chart = await drawnChart(page);
    const onScreen = await coloursOf(chart);

    await page.emulateMedia({ media: "print" });

    await expect(page.locator(".print-only")).toHaveText(/^\d{1,2} \w{3}( \d{4})? – \d{1,2} \w{3} \d{4}$/);
    await expect(page.locator(".print-only")).toBeVisible();
    for (const control of await page.locator(".segmented, .button, .top").all()) await expect(control).toBeHidden();
    const tops = await page.locator(".stats > *").evaluateAll((tiles) => tiles.map((tile) => tile.getBoundingClientRect().top));
    expect(tops.length).toBeGreaterThan(3);
    expect(new Set(tops.slice(0, 4)).size, "four tiles in a row").toBe(1);

    // The color of the first series, light and dark.
    await expect.poll(async () => [...(await coloursOf(chart)).keys()]).toContain("#0072b2");
    expect([...onScreen.keys()]).toContain("#56b4e9");

    await page.emulateMedia({ media: "screen" });
    await expect.poll(async () => [...(await coloursOf(chart)).keys()]).toContain("#56b4e9");
  });
}
