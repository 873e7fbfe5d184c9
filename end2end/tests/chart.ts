// Reads a chart and interacts with it.
import { type Locator, type Page, expect } from "@playwright/test";

/** The page's first chart, drawn on its canvas. */
export async function drawnChart(page: Page): Promise<Locator> {
  const chart = page.locator(".chart.is-live").first();
  await expect(chart.locator("canvas")).toBeVisible();
  await expect.poll(() => inkedPixels(chart), "the canvas shows a drawing").toBeGreaterThan(500);
  return chart;
}

/** How many pixels of the canvas are neither transparent nor of its most frequent color. */
export async function inkedPixels(chart: Locator): Promise<number> {
  const colours = await coloursOf(chart);
  const counts = [...colours.values()];
  return counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count) - Math.max(...counts);
}

/** How many pixels of the canvas have each color, as `#rrggbb`; transparent ones are `none`. */
export async function coloursOf(chart: Locator): Promise<Map<string, number>> {
  const counts = await chart.locator("canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    if (canvas.width === 0 || canvas.height === 0) return [];
    // Read a copy: reading the canvas itself often would make the browser move it off the GPU.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true })!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    const counts = new Map<number, number>();
    for (const colour of new Uint32Array(data.buffer)) counts.set(colour, (counts.get(colour) ?? 0) + 1);
    return [...counts];
  });
  const colours = new Map<string, number>();
  for (const [pixel, count] of counts) {
    const bytes = [pixel & 255, (pixel >>> 8) & 255, (pixel >>> 16) & 255];
    const name = pixel >>> 24 === 0 ? "none" : `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    colours.set(name, (colours.get(name) ?? 0) + count);
  }
  return colours;
}

/** The canvas content, to compare drawings. */
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
  if (!box) throw new Error("the chart is not on the page");
  return box;
}

/** How many points the line of views has in the SVG that the server rendered. */
export function servedPoints(html: string): number {
  const lines = html.matchAll(/<path[^>]*stroke="var\(--chart-1\)"[^>]*d="([^"]*)"/g);
  // A path starts at its first point; a number for the way right and one for the way down follow for
  // each other one, and one number after "h" and "v".
  const points = (path: string) => {
    const level = path.match(/[hv]/g)?.length ?? 0;
    return ((path.match(/-?\d+/g)?.length ?? 0) + level) / 2;
  };
  return Math.max(0, ...[...lines].map(([, path]) => points(path!)));
}
