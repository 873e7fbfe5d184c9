// Signing in and out.
import { demo, expect, open, signedOut, signIn, test } from "./tidemark.ts";

test.use({ storageState: signedOut });

test("leads to the overview of one's tenant, and signing out leads back", async ({ page }) => {
  await signIn(page);
  await expect(page).toHaveURL(new RegExp(`/t/${demo.tenant}$`));

  await page.getByRole("banner").getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);

  await open(page, `/t/${demo.tenant}`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test.describe("with a wrong password", () => {
  test.use({ refused: [/sign-?_?in/i] });

  test("says so in one sentence and keeps what was typed", async ({ page }) => {
    await open(page, "/sign-in");
    await page.getByLabel("Email").fill(demo.email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();

    await expect(page.getByRole("alert")).toContainText(/password/i);
    await expect(page.getByLabel("Email")).toHaveValue(demo.email);
    await expect(page).toHaveURL(/\/sign-in/);
  });

  test("answers the same for an unknown address as for a wrong password", async ({ page }) => {
    const answers: string[] = [];
    for (const email of [demo.email, "nobody@tidemark.local"]) {
      await open(page, "/sign-in");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      answers.push(await page.getByRole("alert").innerText());
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

test("is where every page leads while signed out", async ({ page }) => {
  for (const path of ["", "/repositories", "/collection", "/r/jonescompneurolab/hnn-core"]) {
    await open(page, `/t/${demo.tenant}${path}`);
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  }
});
