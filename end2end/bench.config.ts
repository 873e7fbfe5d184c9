// The benchmark of the chart: one browser, one measurement at a time. Without a trace, whose picture of
// the page before and after each action would be measured too.
import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

export default defineConfig(base, { testDir: "bench", testMatch: "*.bench.ts", workers: 1, timeout: 300_000, use: { ...base.use, trace: "off", actionTimeout: 15_000, navigationTimeout: 15_000 } });
