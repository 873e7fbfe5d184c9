// The signed-in person's account.
import type { Page } from "@playwright/test";
import { coloursOf, drawnChart } from "./chart.ts";
import { createPerson } from "./people.ts";
import { demo, enter, expect, open, signIn, signedOut, test } from "./tidemark.ts";

test.use({ storageState: signedOut });

const overview = `/t/${demo.tenant}`;
/** The color of the first series by theme; see style/. */
const firstSeries = { light: "#0072b2", dark: "#56b4e9" };

function sessions(page: Page) {
  return page.getByRole("table", { name: "Active sessions" }).locator("tbody tr");
}

/** The brightness of the page's background, from 0 to 255. */
function lightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d")!;
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return (red! + green! + blue!) / 3;
  });
}

test("a theme of one's own makes every page and its chart dark, on a light device too", async ({ page, tidemark }) => {
  const person = await createPerson(tidemark, "Dara Dark", { tenant: demo.tenant });
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page, person);
  const light = await coloursOf(await drawnChart(page));
  expect(light.get(firstSeries.light) ?? 0).toBeGreaterThan(20);
  expect(await lightness(page)).toBeGreaterThan(200);

  await open(page, "/profile");
  const form = page.getByRole("form", { name: "About you" });
  await form.getByRole("radio", { name: "Dark" }).check();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  expect(await lightness(page), "the document").toBeLessThan(60);

  await open(page, overview);
  expect(await lightness(page), "the live page").toBeLessThan(60);
  const dark = await coloursOf(await drawnChart(page));
  expect(dark.get(firstSeries.dark) ?? 0, "the chart").toBeGreaterThan(20);
  expect(dark.get(firstSeries.light) ?? 0, "the chart").toBe(0);
  await page.getByRole("link", { name: /hnn-core/ }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  expect(await lightness(page), "the next live page").toBeLessThan(60);
});

test("a name and a time zone of one's own stand on the pages", async ({ page, tidemark }) => {
  const person = await createPerson(tidemark, "Tessa Tokyo", { tenant: demo.tenant });
  await signIn(page, person);
  await open(page, "/profile");
  const form = page.getByRole("form", { name: "About you" });
  await form.getByLabel("Name").fill("Tessa of Tokyo");
  await form.getByLabel("Time zone").fill("Asia/Tokyo");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  await expect(page.getByRole("banner").getByRole("button", { name: /^Account/ })).toHaveAccessibleName(/Tessa of Tokyo/);
  await expect(form.getByLabel("Time zone")).toHaveValue("Asia/Tokyo");
});

test("lists the browsers one is signed in with, and ends another", async ({ page, another, tidemark }) => {
  const person = await createPerson(tidemark, "Sara Session", { tenant: demo.tenant });
  await signIn(page, person);
  const [second, third] = [await another(), await another()];
  await enter(second, person);
  await enter(third, person);

  await open(page, "/profile");
  await expect(sessions(page)).toHaveCount(3);
  await expect(sessions(page).first()).toContainText(/Chrom.* on Linux/);
  await expect(sessions(page).first()).toContainText("This device");
  await expect(sessions(page).first()).toContainText("127.0.0.1");
  await sessions(page).nth(1).getByRole("button", { name: /^End/ }).click();
  await expect(sessions(page)).toHaveCount(2);

  const here = async (who: Page) => {
    await who.goto("/profile");
    return !who.url().includes("/sign-in");
  };
  expect([await here(second), await here(third)].filter(Boolean)).toHaveLength(1);

  await page.getByRole("button", { name: "Sign out other sessions" }).click();
  await expect(sessions(page)).toHaveCount(1);
  expect(await here(second)).toBe(false);
  expect(await here(third)).toBe(false);
  expect(await here(page)).toBe(true);
});

test.describe("a new password", () => {
  test.use({ refused: [/\/profile|\/sign-in/] });

  test("needs the old one, and signs every other browser out", async ({ page, another, tidemark }) => {
    const person = await createPerson(tidemark, "Paula Password", { tenant: demo.tenant });
    await signIn(page, person);
    const other = await another();
    await enter(other, person);

    const change = async (old: string, next: string) => {
      const form = page.getByRole("form", { name: "Password", exact: true });
      await form.getByLabel("Current password").fill(old);
      await form.getByLabel("New password").fill(next);
      await form.getByRole("button").click();
    };
    await open(page, "/profile");
    await change("not my password", "a brand new passphrase");
    await expect(page.getByRole("alert")).toContainText(/password/i);
    await open(other, "/profile");
    await expect(other.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();

    await open(page, "/profile");
    await change(person.password, "a brand new passphrase");
    await expect(page.getByRole("status")).toContainText("Password changed");
    await expect(sessions(page)).toHaveCount(1);
    await other.goto("/profile");
    await expect(other).toHaveURL(/\/sign-in/);

    await other.getByLabel("Email").fill(person.email);
    await other.getByLabel("Password").fill(person.password);
    await other.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(other.getByRole("alert")).toBeVisible();
    await enter(other, { email: person.email, password: "a brand new passphrase" });
  });

  test("is also required for a new address", async ({ page, another, tidemark }) => {
    const person = await createPerson(tidemark, "Ada Dress", { tenant: demo.tenant });
    await signIn(page, person);
    await open(page, "/profile");
    const form = page.getByRole("form", { name: "Sign-in email" });
    const change = async (email: string, password: string) => {
      await form.getByLabel("Email").fill(email);
      await form.getByLabel("Password").fill(password);
      await form.getByRole("button").click();
    };
    await change("Ada.New+Tag@Example.ORG", "not my password");
    await expect(page.getByRole("alert")).toContainText(/password/i);
    await expect(form.getByLabel("Email")).toHaveValue("Ada.New+Tag@Example.ORG");
    await change(demo.email, person.password);
    await expect(page.getByRole("alert")).toContainText(/address/i);
    await change("Ada.New+Tag@Example.ORG", person.password);
    await expect(page.getByRole("status")).toBeVisible();

    const again = await another();
    await enter(again, { email: "ada.new+tag@example.org", password: person.password });
  });
});

test("says in words what one is, and leads out of a tenant", async ({ page, tidemark }) => {
  const person = await createPerson(tidemark, "Lea Leaves", { tenant: demo.tenant, maintainer: true });
  await signIn(page, person);
  await open(page, "/profile");
  const roles = page.getByRole("table", { name: "Your roles" });
  await expect(roles).toContainText("Maintainer");
  await expect(roles).toContainText("Viewer");
  await roles.getByRole("button", { name: /^Leave/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("status")).toBeVisible();
  await expect(roles).not.toContainText("Viewer");
  expect((await page.request.get(overview)).status()).toBe(404);
});
