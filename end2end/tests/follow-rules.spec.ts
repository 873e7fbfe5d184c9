// Follow rules: preview, create, track, delete.
import { type Github, github, startGithub } from "../github.ts";
import { type Tidemark, startTidemark } from "../server.ts";
import { alive, enter, expect, open, signedOut, test as base } from "./tidemark.ts";

const rules = "/t/lab/repositories/rules";
const ada = { email: "ada@example.org", password: "a long enough passphrase" };

const test = base.extend<{ lab: Tidemark; there: Github }>({
  there: async ({}, use) => {
    const there = await startGithub();
    await use(there);
    await there.stop();
  },
  lab: async ({ there }, use) => {
    const server = await startTidemark("serve", { environment: { TIDEMARK_GITHUB_API_URL: there.url } });
    const account = ["--email", ada.email, "--name", "Ada", "--tenant", "lab", "--role", "owner"];
    await server.run(["user", "create", ...account, "--password-stdin"], ada.password);
    await server.run(["connection", "add", "--tenant", "lab", "--name", "Main", "--token-stdin"], github.token);
    await use(server);
    await server.stop();
  },
  storageState: signedOut,
  baseURL: ({ lab }, use) => use(lab.url),
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with scripts" : "without scripts", () => {
    test.use({ javaScriptEnabled, refused: [/repositories\/rules/] });

    test("a rule is previewed, created, tracks what appears, and is deleted", async ({ page, lab, there }) => {
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(ada.email);
      await page.getByLabel("Password").fill(ada.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(page).not.toHaveURL(/sign-in/);

      await page.goto("/t/lab/repositories");
      await page.getByRole("link", { name: "Follow rules" }).click();
      await expect(page.getByRole("heading", { level: 1, name: "Follow rules" })).toBeVisible();
      const editor = page.getByRole("form", { name: "New rule" });
      const patterns = editor.getByLabel("Repositories to track");
      await patterns.fill("jonescompneurolab");
      await editor.getByRole("button", { name: "Preview" }).click();
      await expect(page.getByRole("alert")).toContainText("“jonescompneurolab” is not a valid pattern");
      await expect(patterns).toHaveValue("jonescompneurolab");

      await patterns.fill("jonescompneurolab/*");
      await editor.getByRole("button", { name: "Preview" }).click();
      await expect(editor.getByRole("status")).toContainText("1 repository matches. 1 would be tracked now.");
      const names = editor.getByRole("list", { name: "Would be tracked now" });
      await expect(names.getByRole("listitem")).toHaveText(["jonescompneurolab/hnn-core"]);
      await expect(page.getByRole("table", { name: "Rules" })).toHaveCount(0);

      await editor.getByRole("button", { name: "Create rule" }).click();
      await expect(page.getByRole("status")).toContainText("1 repository is now tracked.");
      const rule = page.getByRole("table", { name: "Rules" }).getByRole("row").nth(1);
      await expect(rule).toContainText("jonescompneurolab/*");
      await expect(rule).toContainText("1 repository");

      // Wait for the first run of the new repositories: a run of everything would join it.
      await lab.run(["collect", "--tenant", "lab"]);
      // The repository appears on GitHub, and the next run collects it.
      await there.order("appear jonescompneurolab/hnn-next");
      expect(await lab.run(["collect", "--tenant", "lab"])).toContain("lab: 2 of 2 repositories");
      await page.goto("/t/lab/repositories");
      const row = page.getByRole("row").filter({ hasText: "hnn-next" });
      await expect(row).toContainText("Tracked by rule jonescompneurolab/*");

      await page.goto(rules);
      await rule.getByRole("link", { name: "Edit jonescompneurolab/*" }).click();
      const change = page.getByRole("form", { name: "Edit rule" });
      await change.getByLabel("Forks").check();
      await change.getByRole("button", { name: "Save rule" }).click();
      await expect(rule).toContainText("Includes forks");
      await rule.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete rule" }).click();
      await expect(page.getByRole("status")).toContainText("Rule deleted. Its repositories stay tracked.");
      await page.goto("/t/lab/repositories");
      await expect(row).toBeVisible();
      await expect(row).not.toContainText("Tracked by rule");
    });
  });
}

test("the wizard tracks new ones too, and leaves out what was not selected", async ({ page, lab, there }) => {
  await enter(page, ada);
  await open(page, "/t/lab/start/repositories");
  await page.getByLabel("jonescompneurolab / hnn-core").check();
  await page.getByLabel("Track new repositories automatically").check();
  await page.getByRole("button", { name: /^Track \d+ repositor/ }).click();
  await expect(page.getByRole("status")).toContainText("New repositories will be tracked as they appear.");
  // Wait for the first run of the new repositories: a run of everything would join it.
  await lab.run(["collect", "--tenant", "lab"]);
  await there.order("appear acme/anvil");
  expect(await lab.run(["collect", "--tenant", "lab"])).toContain("lab: 2 of 2 repositories");
  await page.goto("/t/lab/repositories");
  await alive(page);
  await expect(page.getByRole("row").filter({ hasText: "anvil" })).toContainText("Tracked by rule */*");
});
