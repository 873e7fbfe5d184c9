// `npm run screenshots`: screenshots of every page, to look at.
import config from "./playwright.config.ts";

export default { ...config, testDir: ".", testMatch: "screenshots.spec.ts", timeout: 120_000 };
