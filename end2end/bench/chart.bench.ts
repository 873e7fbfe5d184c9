// Measures the chart of a repository over all its days, beside uPlot and Chart.js in the same page
// with the same values, lines and size. Prints the Markdown table of docs/benchmark.md.
//
// Main-thread time is Chrome's `TaskDuration` in processor time: scripts, style, layout, painting and
// what the browser does besides. An idle page costs some of it too.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { type CDPSession, type Page, expect, test } from "@playwright/test";
import { drawnChart } from "../tests/chart.ts";
import { demo } from "../tests/tidemark.ts";
import { startTidemark } from "../server.ts";

const require = createRequire(import.meta.url);
const throttling = 4;
const moves = 120;
const draws = 40;
const days = 3_650;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/** Ten years of days: weekends, growth and peaks, the same in every run. */
const values = Array.from({ length: days }, (_, day) => {
  const weekend = [5, 6].includes(day % 7) ? 0.45 : 1;
  const noise = 0.7 + ((day * 7_919) % 997) / 997;
  const views = Math.round((200 + day / 4) * weekend * noise * (day % 211 === 0 ? 5 : 1));
  return [views, Math.round(views * 0.4), Math.round(views * 0.25), Math.round(views * 0.1)];
});

/** One of the four lines as a column of a page's data (domain/src/report/columns.rs). */
function column(line: number): string {
  const cells = values.map((row) => {
    const number = row[line]! + 1;
    return [4096, 64, 1].map((place) => digits[Math.floor(number / place) % 64]).join("");
  });
  return `3${cells.join("")}`;
}

/** The data of a page with ten years in the place of its buckets: a string after its length
 * (app/src/api/compact/). */
function withTenYears(answer: string): string {
  const columns = ["12", "", column(0), column(1), "", column(2), column(3), ""].join(" ");
  const [start, length] = answer.match(/(\d+):(?=\d{4}-\d\d-\d\d \d+ 1)/) ?? [];
  if (start === undefined) return answer;
  const at = answer.indexOf(start);
  const buckets = `2016-11-28 ${days} ${columns}`;
  const rest = answer.slice(at + start.length + Number(length));
  return `${answer.slice(0, at)}${buckets.length}:${buckets}${rest}`;
}

async function taskSeconds(client: CDPSession): Promise<number> {
  const { metrics } = await client.send("Performance.getMetrics");
  return metrics.find((metric) => metric.name === "TaskDuration")!.value;
}

/** Main-thread milliseconds of one of these steps, on average. */
async function perStep(page: Page, client: CDPSession, steps: number, all: () => Promise<unknown>): Promise<number> {
  await page.waitForTimeout(500);
  const before = await taskSeconds(client);
  await all();
  await page.waitForTimeout(200);
  return (((await taskSeconds(client)) - before) * 1_000) / steps;
}

/** Calls `globalThis.step` for each number, one in a frame. */
function steps(page: Page, count: number): Promise<void> {
  return page.evaluate(async (count) => {
    for (let index = 0; index < count; index += 1) {
      (globalThis as any).step(index);
      await new Promise(requestAnimationFrame);
    }
  }, count);
}

test("the chart of ten years beside uPlot and Chart.js", async ({ browser }) => {
  const tidemark = await startTidemark("demo");
  try {
    const page = await browser.newPage({ baseURL: tidemark.url, viewport: { width: 1280, height: 800 } });
    await page.goto("/sign-in");
    await page.getByLabel("Email").fill(demo.email);
    await page.getByLabel("Password", { exact: true }).fill(demo.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(/\/t\//);
    await page.goto(`/t/${demo.tenant}/r/jonescompneurolab/hnn-core?period=30d&interval=day`);
    await drawnChart(page);
    await page.route(/\/api\//, async (route) => {
      const response = await route.fetch();
      const type = response.headers()["content-type"]!;
      await route.fulfill({ status: response.status(), contentType: type, body: withTenYears(await response.text()) });
    });
    await page.getByRole("link", { name: "All", exact: true }).click();
    await page.waitForURL(/period=all/);
    await page.getByRole("link", { name: "Day", exact: true }).click();
    await expect(page.getByRole("slider", { name: "Last day shown" })).toHaveAttribute("max", String(days - 1));
    const chart = await drawnChart(page);
    for (const name of [/^Clones/, /^Unique cloners/]) {
      await chart.locator(".legend").getByRole("button", { name }).click();
    }
    const client = await page.context().newCDPSession(page);
    await client.send("Performance.enable", { timeDomain: "threadTicks" });
    await client.send("Emulation.setCPUThrottlingRate", { rate: throttling });

    const canvas = chart.locator("canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = (await canvas.boundingBox())!;
    const hover = await perStep(page, client, moves, async () => {
      for (let index = 0; index < moves; index += 1) {
        await page.mouse.move(box.x + 60 + ((box.width - 90) * index) / moves, box.y + 150);
        await delay(30);
      }
    });
    await page.mouse.move(0, 0);

    // A change of the axis draws everything again, and nothing else.
    await page.evaluate(() => {
      const buttons = [...document.querySelectorAll<HTMLElement>(".chart-menu button")];
      const axis = buttons.find((button) => button.textContent === "Logarithmic axis")!;
      (globalThis as any).step = () => axis.click();
    });
    const draw = await perStep(page, client, draws, () => steps(page, draws));
    await page.evaluate(() => {
      const start = document.querySelector<HTMLInputElement>(".chart-strip input")!;
      (globalThis as any).step = (index: number) => {
        start.value = String(20 * (index + 1));
        start.dispatchEvent(new Event("input", { bubbles: true }));
      };
    });
    const zoom = await perStep(page, client, draws, () => steps(page, draws));

    // The same values and size for the libraries, in a page of the same browser.
    const data = {
      days: values.map((_, day) => Date.UTC(2016, 10, 28) / 1_000 + day * 86_400),
      series: [0, 1, 2, 3].map((line) => values.map((row) => row[line]!)),
      width: Math.round(box.width),
      height: Math.round(box.height),
    };
    const others: Record<string, { draw: number; zoom: number }> = {};
    for (const library of ["uPlot", "Chart.js"] as const) {
      others[library] = await measureLibrary(browser, library, data);
    }
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    console.log(`\n${data.days.length} days, four lines, ${data.width} × ${data.height} px, CPU slowed ${throttling}×\n`);
    console.log("| | Full draw | Zoom step |\n| --- | ---: | ---: |");
    console.log(`| Tidemark | ${ms(draw)} | ${ms(zoom)} |`);
    for (const [name, it] of Object.entries(others)) console.log(`| ${name} | ${ms(it.draw)} | ${ms(it.zoom)} |`);
    console.log(`\nPointer move: ${ms(hover)} of main-thread time.\n`);
  } finally {
    await tidemark.stop();
  }
});

interface Data {
  days: number[];
  series: number[][];
  width: number;
  height: number;
}

async function measureLibrary(
  browser: import("@playwright/test").Browser,
  library: "uPlot" | "Chart.js",
  data: Data,
): Promise<{ draw: number; zoom: number }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.setContent(`<div id="box" style="width:${data.width}px;height:${data.height}px"></div>`);
  const file = library === "uPlot" ? "uplot/dist/uPlot.iife.min.js" : "chart.js/dist/chart.umd.js";
  await page.addScriptTag({ content: await readFile(require.resolve("../node_modules/" + file), "utf8") });
  await page.evaluate(
    ({ library, data }) => {
      const colours = ["#0072b2", "#c24e00", "#1b9e77", "#6b2d7b"];
      const box = document.getElementById("box")!;
      const globals = globalThis as unknown as Record<string, any>;
      if (library === "uPlot") {
        const plot = new globals.uPlot(
          {
            width: data.width,
            height: data.height,
            legend: { show: false },
            cursor: { show: false },
            series: [{}, ...colours.map((stroke) => ({ stroke, width: 1.8 }))],
          },
          [data.days, ...data.series],
          box,
        );
        globals.redraw = () => plot.redraw(true, true);
        globals.zoomTo = (first: number) => plot.setScale("x", { min: data.days[first], max: data.days.at(-1) });
      } else {
        const canvas = box.appendChild(document.createElement("canvas"));
        const points = (values: number[]) => values.map((y, index) => ({ x: data.days[index], y }));
        const chart = new globals.Chart(canvas, {
          type: "line",
          data: {
            datasets: data.series.map((values, index) => ({
              data: points(values),
              borderColor: colours[index],
              borderWidth: 1.8,
              pointRadius: 0,
            })),
          },
          options: {
            animation: false,
            parsing: false,
            normalized: true,
            maintainAspectRatio: false,
            scales: { x: { type: "linear" } },
            plugins: { legend: { display: false }, tooltip: { enabled: false } },
          },
        });
        globals.redraw = () => chart.update("none");
        globals.zoomTo = (first: number) => {
          chart.options.scales.x.min = data.days[first];
          chart.update("none");
        };
      }
    },
    { library, data },
  );
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  await client.send("Emulation.setCPUThrottlingRate", { rate: throttling });
  await page.evaluate(() => ((globalThis as any).step = (globalThis as any).redraw));
  const draw = await perStep(page, client, draws, () => steps(page, draws));
  await page.evaluate(() => ((globalThis as any).step = (index: number) => (globalThis as any).zoomTo(20 * (index + 1))));
  const zoom = await perStep(page, client, draws, () => steps(page, draws));
  await page.close();
  return { draw, zoom };
}
