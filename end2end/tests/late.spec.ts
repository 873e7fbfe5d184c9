// GitHub publishes late: a state with a consequence, not a failure.
import { type Github, github, startGithub } from "../github.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { alive, expect, open, signedOut, test as base } from "./tidemark.ts";

const test = base.extend<{ behind: Tidemark; there: Github }>({
  there: async ({}, use) => {
    const there = await startGithub();
    await there.order("late 6");
    await use(there);
    await there.stop();
  },
  behind: async ({ there }, use) => {
    const server = await startTidemark("serve", { environment: { TIDEMARK_GITHUB_API_URL: there.url } });
    const account = ["--email", "ada@example.org", "--name", "Ada", "--tenant", "lab", "--role", "owner"];
    await server.run(["user", "create", ...account, "--password-stdin"], "a long enough passphrase");
    await server.run(["connection", "add", "--tenant", "lab", "--name", "Main", "--token-stdin"], github.token);
    for (const name of ["jonescompneurolab/hnn-core", "cicsdev/cics-genapp"]) {
      await server.run(["repository", "add", "--tenant", "lab", name]);
    }
    await server.run(["collect", "--tenant", "lab"]);
    await use(server);
    await server.stop();
  },
  storageState: signedOut,
  baseURL: ({ behind }, use) => use(behind.url),
});

test("is said on the overview, on charts and in the metrics, without an alarm", async ({ page, behind }) => {
  await open(page, "/sign-in");
  await page.getByLabel("Email").fill("ada@example.org");
  await page.getByLabel("Password").fill("a long enough passphrase");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL(/\/t\/lab/);
  await alive(page);
  const main = page.locator("main");
  await expect(main).toContainText(
    /GitHub has published nothing since \d+ \w+ for public repositories\. Nothing is lost yet. The first day would be lost on \d+ \w+\./,
  );
  await expect(main).toContainText("All 2 repositories collected today");
  await expect(main).not.toContainText(/will lose data|days lost/);

  await open(page, "/t/lab/r/jonescompneurolab/hnn-core?period=14d");
  await alive(page);
  await expect(page.locator(".chart-static svg.wide")).toContainText("GitHub is late");
  await expect(main).not.toContainText(/days lost/);

  const metrics = await (await page.request.get(`${behind.url}/metrics`)).text();
  expect(metrics).toMatch(/^tidemark_github_publishing_lag_days\{[^}]*public[^}]*\} 6$/m);
});
