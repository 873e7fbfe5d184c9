// How a person reads and works a chart.
import { type Locator, type Page, expect } from "@playwright/test";

/** The page's first chart, drawn on its canvas. */
export async function drawnChart(page: Page): Promise<Locator> {
  const chart = page.locator(".chart.is-live").first();
  await expect(chart.locator("canvas")).toBeVisible();
  await expect.poll(() => inkedPixels(chart), "the canvas shows a drawing").toBeGreaterThan(500);
  return chart;
}

/** How many pixels of the canvas are neither transparent nor of its most frequent colour. */
export function inkedPixels(chart: Locator): Promise<number> {
  return chart.locator("canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    if (canvas.width === 0 || canvas.height === 0) return 0;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    const colours = new Map<number, number>();
    for (const colour of new Uint32Array(data.buffer)) {
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    return canvas.width * canvas.height - Math.max(...colours.values());
  });
}

/** What the canvas shows, to tell one drawing from another. */
export function drawing(chart: Locator): Promise<string> {
  return chart.locator("canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** Moves the pointer over the chart, at fractions of its canvas. */
export async function hover(page: Page, chart: Locator, x: number, y = 0.5): Promise<void> {
  const box = await place(chart);
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
}

/** Drags over the chart from one fraction of its width to another. */
export async function drag(page: Page, chart: Locator, from: number, to: number): Promise<void> {
  await hover(page, chart, from);
  await page.mouse.down();
  await hover(page, chart, (from + to) / 2);
  await hover(page, chart, to);
  await page.mouse.up();
}

async function place(chart: Locator) {
  const canvas = chart.locator("canvas");
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (!box) throw new Error("the chart has no place on the page");
  return box;
}

/** Of how many points the server's drawing of the views is made, in the page as served. */
export function servedPoints(html: string): number {
  const lines = html.matchAll(/<polyline[^>]*stroke="var\(--chart-1\)"[^>]*points="([^"]*)"/g);
  const counts = [...lines].map(([, points]) => points!.trim().split(/\s+/).length);
  return Math.max(0, ...counts);
}
