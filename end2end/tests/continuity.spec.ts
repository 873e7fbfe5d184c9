// What stays as people move on: their place in the page, the data they have, and where the focus is.
import type { Page } from "@playwright/test";
import { demo, expect, open, test } from "./tidemark.ts";

const overview = `/t/${demo.tenant}`;
const repository = /\/r\/jonescompneurolab\/hnn-core/;

const period = (page: Page, days: number) =>
  page.getByRole("navigation", { name: "Period" }).getByRole("link", { name: new RegExp(`^${days}\\sd`) });

/** Answers the requests of live pages only once released. */
async function hold(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/api/ask*", async (route) => {
    await released;
    await route.continue();
  });
  return () => release();
}

test("Back returns to the same place with the focus on the same link", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 500 });
  await open(page, overview);
  const link = page.getByRole("table").getByRole("link", { name: /hnn-core/ }).first();
  await link.focus();
  await link.evaluate((it) => it.scrollIntoView({ block: "center" }));
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(200);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);

  // However long the data takes.
  const release = await hold(page);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  release();
  await expect(link).toBeFocused();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(before);

  await page.goForward();
  await expect(page.getByRole("heading", { level: 1, name: /hnn-core/ })).toBeVisible();
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
});

test("on a slow network a page has its title and frames at once", async ({ page }) => {
  await open(page, overview);
  const release = await hold(page);
  await page.getByRole("link", { name: /hnn-core/ }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "hnn-core" })).toBeVisible();
  await expect(page.locator(".skeleton .stat").first()).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveAttribute("aria-busy", "true");
  release();
  await expect(page.locator(".skeleton")).toHaveCount(0);
  await expect(page).toHaveURL(repository);
});

test("on a slow network the old figures stay, dimmed, and so does the pressed period", async ({ page }) => {
  await open(page, overview);
  const release = await hold(page);
  await period(page, 90).click();
  const content = page.locator(".refreshed");
  await expect(content).toHaveAttribute("aria-busy", "true");
  await expect(content.locator("> *").first()).toHaveCSS("opacity", "0.5");
  await expect(period(page, 30)).toHaveAttribute("aria-current", "true");
  release();
  await expect(content).toHaveAttribute("aria-busy", "false");
  await expect(period(page, 90)).toHaveAttribute("aria-current", "true");
});

test.describe("offline", () => {
  test.use({ refused: [/./] });

  test("the page stays, says so, and loads again once the network is back", async ({ page, context }) => {
    await open(page, overview);
    const figures = page.getByRole("region", { name: "Figures" });
    const before = await figures.innerText();
    await context.setOffline(true);
    await period(page, 90).click();
    const bar = page.getByRole("status").filter({ hasText: "Offline" });
    await expect(bar).toHaveText(/^Offline\. Showing what was loaded at \d\d:\d\d\.\s*Try again$/);
    expect(await figures.innerText()).toBe(before);
    await expect(page.locator(".refreshed")).toHaveAttribute("aria-busy", "false");
    await bar.getByRole("button", { name: "Try again" }).press("Enter");
    await expect(bar).toBeVisible();

    // Another page has nothing to show yet.
    await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Collection" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Can’t reach the server" })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole("heading", { level: 1, name: "Collection" })).toBeVisible();
    await expect(bar).toHaveCount(0);
  });
});

test("menus close with Escape, with a click elsewhere, and when one moves on", async ({ page }) => {
  await open(page, overview);
  const button = page.getByRole("button", { name: /^Account/ });
  const profile = page.getByRole("link", { name: "Profile" });
  await button.press("Enter");
  await expect(profile).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(profile).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(profile).toBeHidden();
  await expect(button).toBeFocused();
  await button.click();
  await expect(profile).toBeVisible();
  await page.mouse.click(400, 600);
  await expect(profile).toBeHidden();
});

test("a dialog holds the focus, starts at Cancel and gives the focus back", async ({ page }) => {
  await open(page, `${overview}/repositories`);
  const opener = page.getByRole("button", { name: /Stop tracking/ }).first();
  await opener.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(dialog).toHaveJSProperty("open", true);
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    const outside = await page.evaluate(() => {
      const focus = document.activeElement!;
      return focus !== document.body && !focus.closest("dialog");
    });
    expect(outside, `after ${step + 1} tabs`).toBe(false);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});

test("times are in the browser’s zone, relative, with the exact time on hover", async ({ page }) => {
  await open(page, overview);
  await open(page, `${overview}/collection`);
  const time = page.locator("time").first();
  await expect(time).toHaveText(/^(today|yesterday) at \d\d:\d\d$/);
  await expect(time).toHaveAttribute("title", /^\d+ \w+ \d{4}, \d\d:\d\d (PST|PDT|GMT-[78])$/);
  // The same after scripts have built the page.
  const served = await time.innerText();
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page.getByRole("link", { name: "Collection" }).click();
  await expect(time).toHaveText(served);
  await open(page, `${overview}/settings/schedules`);
  await expect(page.getByLabel("Time zone").last()).toHaveValue("America/Los_Angeles");
});

test("shortcuts move between pages and reach the filter, but never while typing", async ({ page }) => {
  await open(page, overview);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toContainText("Repositories");
  await expect(help.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);

  await page.keyboard.press("g");
  await page.keyboard.press("r");
  await expect(page.getByRole("heading", { level: 1, name: "Repositories" })).toBeVisible();
  const filter = page.getByRole("searchbox", { name: "Name, owner or tag" });
  await expect(filter).toBeVisible();
  await page.keyboard.press("/");
  await expect(filter).toBeFocused();
  await page.keyboard.type("go?");
  await expect(filter).toHaveValue("go?");
  await expect(help).toHaveCount(0);

  // Switched off in this browser.
  await filter.fill("");
  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await help.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.keyboard.press("?");
  await expect(help).toHaveCount(0);
  await expect(page).toHaveURL(/\/repositories/);
});

test("a new token is copied with one button", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, `${overview}/settings/tokens`);
  await page.getByLabel("Name").fill("Copied");
  await page.getByRole("button", { name: "Create token" }).click();
  const copy = page.getByRole("button", { name: "Copy", exact: true });
  await copy.press("Enter");
  await expect(page.getByRole("button", { name: "Copied", exact: true })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(await page.locator("#shown").inputValue());
});

test.describe("refused", () => {
  test.use({ refused: [/\/settings\/connections/] });

  test("a dialog stays open with its reason, and closing it leaves the page as it was", async ({ page }) => {
    await open(page, `${overview}/settings/connections`);
    await page.getByRole("button", { name: /^Rename/ }).first().click();
    const dialog = page.getByRole("dialog");
    const name = dialog.getByRole("textbox").first();
    await name.evaluate((it) => (it as HTMLInputElement).form!.noValidate = true);
    await name.fill("");
    await dialog.getByRole("button", { name: /^Rename/ }).click();
    await expect(dialog.getByRole("alert")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("heading", { level: 1, name: "Connections" })).toBeVisible();
  });
});

test.describe("with scripts switched off", () => {
  test.use({ javaScriptEnabled: false });

  test("menus and dialogs open, and stopping keeps the history", async ({ page }) => {
    await page.goto(overview);
    await page.getByRole("button", { name: /^Account/ }).click();
    await expect(page.getByRole("link", { name: "Profile" })).toBeVisible();
    await expect(page.getByRole("button", { name: "Keyboard shortcuts" })).toBeHidden();
    await page.goto(`${overview}/repositories`);
    await page.getByRole("button", { name: /Stop tracking/ }).first().click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Type the repository’s name")).toBeHidden();
    await dialog.getByRole("radio", { name: "Delete its history" }).check();
    await expect(dialog.getByLabel("Type the repository’s name")).toBeVisible();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();

    // The server compares the name too.
    await page.getByRole("button", { name: /Stop tracking/ }).first().click();
    await dialog.getByRole("radio", { name: "Delete its history" }).check();
    await dialog.getByRole("button", { name: "Stop tracking" }).click();
    await expect(page.getByRole("alert")).toContainText("Nothing was deleted. Type the repository’s name");
  });
});
