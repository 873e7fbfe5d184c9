// Several tenants in one installation, and how administrators manage them.
import type { Page } from "@playwright/test";
import { createPerson } from "./people.ts";
import { demo, enter, expect, open, signIn, test } from "./tidemark.ts";

const tenants = "/system/tenants";

function row(page: Page, name: string) {
  return page.getByRole("table", { name: "Tenants" }).getByRole("row").filter({ hasText: name });
}

async function create(page: Page, name: string, owner = ""): Promise<void> {
  await open(page, tenants);
  const form = page.getByRole("form", { name: "Create a tenant" });
  await form.getByLabel("Name").fill(name);
  await form.getByLabel(/owner/i).fill(owner);
  await form.getByRole("button", { name: "Create tenant" }).click();
}

/** Opens a tenant's confirmation dialog, fills it in and confirms it. */
async function ask(page: Page, question: string, fields: Record<string, string>, answer: string) {
  await page.getByRole("button", { name: question, exact: true }).click();
  const dialog = page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  await dialog.getByRole("button", { name: answer, exact: true }).click();
}

/** The tenant's new owner, in a separate browser context. */
async function owned(page: Page, theirs: Page, name: string): Promise<void> {
  const email = `${name.toLowerCase().replaceAll(" ", "-")}@example.org`;
  await create(page, name, email);
  const link = await page.getByLabel(/link/i).inputValue();
  await open(theirs, link);
  await theirs.getByLabel("Name").fill(`Owner of ${name}`);
  await expect(theirs.getByLabel("Email")).toHaveValue(email);
  await theirs.getByLabel("Password").fill("a passphrase of my own");
  await theirs.getByRole("button", { name: "Create account" }).click();
  await expect(theirs).toHaveURL(/\/t\//);
}

test("who belongs to several switches between them, and the address says which", async ({ page, another, tidemark }) => {
  const person = await createPerson(tidemark, "Sven Several", { tenant: demo.tenant });
  await tidemark.run(
    ["user", "create", "--email", "other@example.org", "--name", "Other", "--tenant", "harbour", "--role", "owner", "--password-stdin"],
    "the passphrase of Other",
  );
  const owner = await another();
  await enter(owner, { email: "other@example.org", password: "the passphrase of Other" });
  await open(owner, "/t/harbour/settings/members");
  const form = owner.getByRole("form", { name: "Invite someone" });
  await form.getByRole("radio", { name: /^Viewer/ }).check();
  await form.getByRole("button", { name: "Create invitation" }).click();
  const link = await owner.getByLabel(/link/i).inputValue();

  const theirs = await another();
  await signIn(theirs, person);
  await expect(theirs).toHaveURL(new RegExp(`/t/${demo.tenant}$`));
  await open(theirs, link);
  await theirs.getByRole("button", { name: /Join as/ }).click();
  await expect(theirs).toHaveURL(/\/t\/harbour$/);
  await expect(theirs.getByRole("heading", { name: "No numbers yet" })).toBeVisible();

  await theirs.getByRole("banner").getByRole("button", { name: /^Tenant/ }).click();
  const choice = theirs.getByRole("navigation", { name: "Tenants" });
  await expect(choice.getByRole("link")).toHaveCount(2);
  await choice.getByRole("link").filter({ hasNot: theirs.locator("[aria-current]") }).first().click();
  await expect(theirs).toHaveURL(new RegExp(`/t/${demo.tenant}$`));
  await expect(theirs.locator("main")).toContainText("hnn-core");

  // A tenant's page never shows another's numbers, and outsiders see neither.
  expect((await owner.request.get(`/t/${demo.tenant}`)).status()).toBe(404);
  expect((await page.request.get("/t/harbour")).status()).toBe(404);
});

test.describe("suspended", () => {
  test.use({ refused: [/\/t\/drydock/] });

  test("it is closed to its members and loses nothing; resumed, it works again", async ({ page, another }) => {
    const theirs = await another();
    await owned(page, theirs, "Drydock");

    await open(page, tenants);
    await ask(page, "Suspend Drydock", {}, "Suspend tenant");
    await expect(row(page, "Drydock")).toContainText("suspended");

    expect((await theirs.goto("/t/drydock"))!.status()).toBe(404);
    await open(theirs, "/");
    await expect(theirs.getByRole("heading", { level: 1 })).toContainText("“Drydock” is suspended");

    await page.getByRole("button", { name: "Resume Drydock" }).click();
    await expect(row(page, "Drydock")).not.toContainText("suspended");
    await open(theirs, "/");
    await expect(theirs).toHaveURL(/\/t\/drydock/);
  });
});

test("renamed, a tenant keeps its address", async ({ page, another }) => {
  const theirs = await another();
  await owned(page, theirs, "Lighthouse");
  await open(page, tenants);
  await ask(page, "Rename Lighthouse", { Name: "Lightship" }, "Rename");
  await expect(row(page, "Lightship")).toContainText("lighthouse");
  await open(theirs, "/t/lighthouse");
  await expect(theirs.getByRole("banner")).toContainText("Lightship");
});

test.describe("deleting", () => {
  test.use({ refused: [/\/system\/tenants|\/t\/wreck/] });

  test("asks for the name, and removes the tenant from the world", async ({ page, another }) => {
    const theirs = await another();
    await owned(page, theirs, "Wreck");

    await open(page, tenants);
    await ask(page, "Delete Wreck", { "Type the tenant’s name to confirm": "wrek" }, "Delete permanently");
    await expect(page.getByRole("alert")).toContainText(/name/i);
    await expect(row(page, "Wreck")).toHaveCount(1);

    await open(page, tenants);
    await ask(page, "Delete Wreck", { "Type the tenant’s name to confirm": "Wreck" }, "Delete permanently");
    await expect(page.getByRole("status")).toBeVisible();
    await expect(row(page, "Wreck")).toHaveCount(0);
    expect((await theirs.goto("/t/wreck"))!.status()).toBe(404);
  });
});
