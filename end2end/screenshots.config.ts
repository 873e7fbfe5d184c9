// `npm run screenshots`: pictures of every page, for people to look at.
import config from "./playwright.config.ts";

export default { ...config, testDir: ".", testMatch: "screenshots.spec.ts", timeout: 120_000 };
