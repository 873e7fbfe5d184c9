// System pages: for administrators and maintainers, hidden from everyone else.
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { createPerson } from "./people.ts";
import { demo, enter, expect, open, signIn, test } from "./tidemark.ts";

function line(page: Page, text: string | RegExp) {
  return page.getByRole("table", { name: /log/i }).locator("tbody tr").filter({ hasText: text });
}

test.describe("the log", () => {
  test.use({ refused: [/\/sign-in/] });

  test("shows what happened, who did it and from where, and gives it as CSV", async ({ page, another, tidemark }) => {
    const person = await createPerson(tidemark, "Lotta Logged", { tenant: demo.tenant });
    const theirs = await another();
    await open(theirs, "/sign-in");
    await theirs.getByLabel("Email").fill(person.email);
    await theirs.getByLabel("Password").fill("not the password");
    await theirs.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(theirs.getByRole("alert")).toBeVisible();
    await signIn(theirs, person);
    await theirs.request.get("/system/log");

    await open(page, "/system/log");
    await page.getByLabel("Search").fill("Lotta");
    await page.getByRole("button", { name: "Filter" }).click();
    await expect(line(page, /Signed in/)).toContainText("Lotta Logged");
    await expect(line(page, /Signed in/)).toContainText("127.0.0.1");
    await expect(line(page, "Account created")).toContainText(/command line/i);
    await page.getByLabel("Topic").selectOption("Sign-in");
    await page.getByRole("button", { name: "Filter" }).click();
    await expect(line(page, "Account created")).toHaveCount(0);
    await expect(line(page, /Signed in/)).toHaveCount(1);

    // A refused sign-in names the account, not the person who tried.
    await page.getByRole("link", { name: "Show all" }).click();
    await expect(line(page, "Sign-in failed").first()).toBeVisible();

    const downloading = page.waitForEvent("download");
    await page.getByRole("link", { name: /CSV/ }).click();
    const csv = await readFile(await (await downloading).path(), "utf8");
    const [head, ...lines] = csv.trimEnd().split(/\r?\n/);
    // The byte order mark tells spreadsheets that it is UTF-8.
    expect(head).toMatch(/^\uFEFFat,/);
    expect(lines.filter((row) => row.includes("Lotta Logged") && row.includes("signed_in"))).toHaveLength(1);
    expect(csv).not.toContain(person.password);
    expect(csv).not.toContain("not the password");
  });

  test("has pages, and the filter stays in the address", async ({ page }) => {
    await open(page, "/system/log?topic=people&search=nobody-is-called-this");
    await expect(page.getByLabel("Topic")).toHaveValue("people");
    await expect(page.getByRole("heading", { name: "No entries" })).toBeVisible();
  });
});

test("a maintainer sees the log and all runs, starts a collection, and manages nothing", async ({ another, tidemark }) => {
  const maintainer = await createPerson(tidemark, "Milo Maintains", { maintainer: true });
  const page = await another();
  await enter(page, maintainer);
  await open(page, "/system/log");
  await expect(page.getByRole("heading", { level: 1, name: "Log" })).toBeVisible();
  for (const hidden of ["tenants", "people", "servers"]) {
    expect((await page.request.get(`/system/${hidden}`)).status(), hidden).toBe(404);
  }
  expect((await page.request.get(`/t/${demo.tenant}`)).status(), "numbers").toBe(404);

  await open(page, "/system/runs");
  const runs = page.getByRole("table").locator("tbody tr");
  const before = await runs.count();
  const form = page.getByRole("form", { name: "Start a run" });
  await form.getByLabel("Tenant").selectOption({ label: "Demo" });
  await form.getByRole("button", { name: "Collect now" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  // A schedule may start its own run meanwhile.
  await expect.poll(() => runs.count()).toBeGreaterThan(before);
  await expect(async () => {
    await page.reload();
    await expect(runs.first()).toContainText(/succeeded/i, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
});

test("is hidden from everyone else", async ({ another, tidemark }) => {
  const owner = await createPerson(tidemark, "Otto Owner", { tenant: demo.tenant });
  const page = await another();
  await signIn(page, owner);
  for (const hidden of ["", "/tenants", "/people", "/servers", "/log", "/log.csv", "/runs"]) {
    const answer = await page.request.get(`/system${hidden}`);
    expect(answer.status(), hidden).toBe(404);
  }
});

test.describe("people", () => {
  test.use({ refused: [/\/system\/people/] });

  function person(page: Page, name: string) {
    return page.getByRole("table", { name: /account/ }).locator("tbody tr").filter({ hasText: name });
  }

  async function ask(page: Page, question: string, answer: string, tick?: RegExp) {
    await page.getByRole("button", { name: question, exact: true }).click();
    const dialog = page.getByRole("dialog");
    if (tick) await dialog.getByRole("checkbox", { name: tick }).click();
    await dialog.getByRole("button", { name: answer, exact: true }).click();
  }

  test("are found, get roles, are signed out and removed", async ({ page, another, tidemark }) => {
    const somebody = await createPerson(tidemark, "Rosa Removed", { tenant: demo.tenant });
    const theirs = await another();
    await signIn(theirs, somebody);

    await open(page, "/system/people");
    await page.getByLabel("Name or email").fill("rosa rem");
    await page.getByRole("button", { name: "Search" }).click();
    await expect(person(page, "Rosa Removed")).toHaveCount(1);
    await expect(person(page, demo.email)).toHaveCount(0);

    await ask(page, "Roles of Rosa Removed", "Save", /Maintainer/);
    await expect(person(page, "Rosa Removed")).toContainText("maintainer");
    await open(theirs, "/system/log");
    await expect(theirs.getByRole("heading", { level: 1, name: "Log" })).toBeVisible();

    await ask(page, "Sign out Rosa Removed everywhere", "Sign out everywhere");
    await expect(page.getByRole("status")).toBeVisible();
    await theirs.goto("/system/log");
    await expect(theirs).toHaveURL(/\/sign-in/);

    await ask(page, "Remove Rosa Removed", "Remove account");
    await expect(page.getByRole("status")).toBeVisible();
    await expect(person(page, "Rosa Removed")).toHaveCount(0);
  });

  test("the last administrator stays one", async ({ page }) => {
    await open(page, "/system/people?search=demo%40tidemark.local");
    await ask(page, "Roles of Demo", "Save", /Administrator/);
    await expect(page.getByRole("alert")).toContainText(/administrator/i);
    await open(page, "/system/people?search=demo%40tidemark.local");
    await expect(person(page, demo.email)).toContainText("administrator");
  });

  test("are invited to the installation alone, with a role in it", async ({ page, another }) => {
    await open(page, "/system/people");
    const form = page.getByRole("form", { name: /Invite someone/ });
    await form.getByRole("checkbox", { name: /Maintainer/ }).check();
    await form.getByRole("button").click();
    const link = await page.getByLabel(/link/i).inputValue();
    const theirs = await another();
    await open(theirs, link);
    await theirs.getByLabel("Name").fill("Ines Installed");
    await theirs.getByLabel("Email").fill("ines@example.org");
    await theirs.getByLabel("Password").fill("a passphrase of my own");
    await theirs.getByRole("button", { name: "Create account" }).click();
    await expect(theirs.getByRole("heading", { level: 1 })).toContainText("not a member of any tenant");
    await open(theirs, "/system");
    await expect(theirs).toHaveURL(/\/system\/log/);
  });
});

test.describe("a GitHub server", () => {
  test.use({ refused: [/\/system\/servers/] });

  test("that does not answer is refused in a sentence", async ({ page }) => {
    await open(page, "/system/servers");
    const field = page.getByRole("textbox").last();
    await field.fill("http://127.0.0.1:9/api/v3");
    await field.press("Enter");
    await expect(page.getByRole("alert")).toContainText("could not be reached");
    await expect(field).toHaveValue("http://127.0.0.1:9/api/v3");
  });
});
