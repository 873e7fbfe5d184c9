// Members of a tenant: invite, join, what each role sees, leave.
import type { Page } from "@playwright/test";
import { createPerson } from "./people.ts";
import { demo, enter, expect, open, signIn, test } from "./tidemark.ts";

const tenant = `/t/${demo.tenant}`;
const members = `${tenant}/settings/members`;
const granted = "jonescompneurolab/hnn-core";
const ungranted = "jgehrcke/github-repo-stats";
/** A name as tables show it. */
const shown = (name: string) => name.replace("/", " / ");

/** Creates an invitation, and returns the link that is shown once. */
async function invite(page: Page, role: RegExp, repositories: string[] = [], email = ""): Promise<string> {
  await open(page, members);
  const form = page.getByRole("form", { name: "Invite someone" });
  await form.getByLabel(/Email/).fill(email);
  await form.getByRole("radio", { name: role }).check();
  for (const repository of repositories) await form.getByLabel(repository).check();
  await form.getByRole("button", { name: "Create invitation" }).click();
  const link = await page.getByLabel(/link/i).inputValue();
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/invitation\?token=\S{40,}$/);
  return link;
}

/** Creates an account from an invitation. */
async function register(page: Page, link: string, name: string, email: string): Promise<void> {
  await open(page, link);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill("a passphrase of my own");
  await page.getByRole("button", { name: "Create account" }).click();
}

function member(page: Page, name: string) {
  return page.getByRole("table", { name: "Members" }).getByRole("row").filter({ hasText: name });
}

/** Opens a confirmation dialog and confirms it. */
async function ask(page: Page, question: string | RegExp, answer: string): Promise<void> {
  await page.getByRole("button", { name: question }).click();
  await page.getByRole("dialog").getByRole("button", { name: answer, exact: true }).click();
}

test("a person opening an invitation joins with a new account, sees what the role says, and is removed", async ({
  page,
  another,
}) => {
  test.slow();
  const link = await invite(page, /^Viewer/, [], "mira@example.org");
  await expect(page.getByRole("table", { name: "Open invitations" })).toContainText("mira@example.org");

  const theirs = await another();
  await open(theirs, link);
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText("Join");
  await expect(theirs.getByLabel("Email")).toHaveValue("mira@example.org");
  await register(theirs, link, "Mira Murati", "mira@example.org");
  await expect(theirs).toHaveURL(new RegExp(`${tenant}$`));
  await expect(theirs.getByRole("navigation", { name: "Pages" })).not.toContainText("Settings");
  await expect(theirs.locator("main")).toContainText(shown(ungranted));

  // Change from viewer of all repositories to viewer of one.
  await open(page, members);
  await expect(page.getByRole("table", { name: "Open invitations" })).toHaveCount(0);
  await member(page, "Mira Murati").getByRole("link", { name: /Edit/ }).click();
  const form = page.getByRole("form", { name: /Edit Mira Murati/ });
  await form.getByRole("radio", { name: /Repository viewer/ }).check();
  await form.getByLabel(granted).check();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  await expect(member(page, "Mira Murati")).toContainText("1 repository");

  await open(theirs, tenant);
  await expect(theirs.locator("main")).toContainText(shown(granted));
  await expect(theirs.locator("main")).not.toContainText(shown(ungranted));
  await open(theirs, `${tenant}/repositories`);
  await expect(theirs.locator("main")).toContainText(shown(granted));
  await expect(theirs.locator("main")).not.toContainText(shown(ungranted));
  await open(theirs, `${tenant}/r/${granted}`);
  await expect(theirs.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  for (const hidden of [`/r/${ungranted}`, "/collection", "/settings/members", "/settings/connections"]) {
    const answer = await theirs.request.get(tenant + hidden, { maxRedirects: 0 });
    expect([403, 404], hidden).toContain(answer.status());
    expect(await answer.text(), hidden).not.toContain("github-repo-stats");
  }
  const csv = await theirs.request.get(`${tenant}/traffic.csv?from=2024-01-01&to=2024-12-31`);
  expect(csv.status()).toBe(200);
  expect(await csv.text()).toContain("hnn-core");
  expect(await csv.text()).not.toContain("github-repo-stats");

  await open(page, members);
  await ask(page, "Remove Mira Murati", "Remove");
  await expect(member(page, "Mira Murati")).toHaveCount(0);
  expect((await theirs.request.get(tenant)).status()).toBe(404);
  await open(theirs, "/");
  await expect(theirs.getByRole("heading", { level: 1 })).toContainText("not a member of any tenant");
});

test("who has an account joins with it, once, and may leave again", async ({ page, another, tidemark }) => {
  const person = await createPerson(tidemark, "Noor Joins");
  const link = await invite(page, /^Viewer/);
  const theirs = await another();
  await open(theirs, link);
  await theirs.getByRole("link", { name: /Sign in/ }).click();
  await theirs.getByLabel("Email").fill(person.email);
  await theirs.getByLabel("Password").fill(person.password);
  await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
  await theirs.getByRole("button", { name: /Join as/ }).click();
  await expect(theirs).toHaveURL(new RegExp(`${tenant}$`));
  await expect(theirs.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();

  await open(page, members);
  await expect(member(page, person.name)).toContainText("Viewer");
  await ask(page, `Remove ${person.name}`, "Remove");
  await expect(member(page, person.name)).toHaveCount(0);
});

test.describe("an invitation that is no longer valid", () => {
  test.use({ refused: [/\/invitation\?/] });

  test("is told from no other: used, withdrawn or forged", async ({ page, another }) => {
    const used = await invite(page, /^Viewer/);
    const somebody = await another();
    await register(somebody, used, "Uma Used", "uma@example.org");
    await expect(somebody).toHaveURL(new RegExp(`${tenant}$`));

    const withdrawn = await invite(page, /^Viewer/, [], "nobody-yet@example.org");
    await open(page, members);
    await ask(page, /Withdraw the invitation for nobody-yet/, "Withdraw");
    await expect(page.getByRole("status")).toBeVisible();

    const forged = used.replace(/token=.{10}/, "token=AAAAAAAAAA");
    const sentences: string[] = [];
    for (const link of [used, withdrawn, forged]) {
      const stranger = await another();
      const answer = await stranger.goto(link);
      expect(answer!.status(), link).toBe(404);
      sentences.push(await stranger.locator("main").innerText());
    }
    expect(new Set(sentences).size, sentences.join("\n")).toBe(1);

    await open(page, members);
    await ask(page, "Remove Uma Used", "Remove");
    await expect(member(page, "Uma Used")).toHaveCount(0);
  });

  test("two clicks on an invitation make one account", async ({ page, another }) => {
    const link = await invite(page, /^Viewer/);
    const theirs = await another();
    await open(theirs, link);
    const post = () =>
      theirs.request.post(link, {
        form: { do: "register", name: "Twice Told", email: "twice@example.org", password: "a passphrase of my own" },
        headers: { "sec-fetch-site": "same-origin" },
        maxRedirects: 0,
      });
    const statuses = (await Promise.all([post(), post()])).map((answer) => answer.status()).sort();
    expect(statuses[0]).toBe(303);
    expect(statuses[1]).toBeGreaterThanOrEqual(400);

    await open(page, members);
    await expect(member(page, "Twice Told")).toHaveCount(1);
    await ask(page, "Remove Twice Told", "Remove");
    await expect(member(page, "Twice Told")).toHaveCount(0);
  });
});

test.describe("the last owner", () => {
  test.use({ refused: [/\/settings\/members/] });

  test("stays, and is told so", async ({ page }) => {
    await open(page, members);
    await ask(page, /^Leave/, "Leave");
    await expect(page.getByRole("alert")).toContainText(/owner/i);
    await open(page, tenant);
    await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  });

  test("cannot become less either, until there is another", async ({ page, another, tidemark }) => {
    await open(page, members);
    await member(page, demo.email).getByRole("link", { name: /Edit/ }).click();
    const form = page.getByRole("form", { name: /^Edit/ });
    await form.getByRole("radio", { name: /^Viewer/ }).check();
    await form.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText(/owner/i);

    const second = await createPerson(tidemark, "Olga Owner", { tenant: demo.tenant, role: "owner" });
    const theirs = await another();
    await signIn(theirs, second);
    await open(theirs, members);
    await ask(theirs, /^Leave/, "Leave");
    await expect(theirs.getByRole("heading", { level: 1 })).toContainText("not a member of any tenant");
  });
});

test("a viewer does not find the settings", async ({ another, tidemark }) => {
  const viewer = await createPerson(tidemark, "Vera Viewer", { tenant: demo.tenant });
  const page = await another();
  await enter(page, viewer);
  await expect(page.getByRole("navigation", { name: "Pages" })).not.toContainText("Settings");
  for (const settings of ["connections", "members", "tokens"]) {
    const answer = await page.request.get(`${tenant}/settings/${settings}`);
    expect([403, 404], settings).toContain(answer.status());
  }
});
