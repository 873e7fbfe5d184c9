// External sign-in: OpenID Connect with a certified provider, and GitHub.
import type { APIRequestContext, Page } from "@playwright/test";
import { type PersonThere, people } from "../provider.ts";
import type { Tidemark } from "../server.ts";
import { type ExternalSignIn, lab, providerName, test } from "./external.ts";
import { createPerson } from "./people.ts";
import { alive, enter, expect, open, signIn } from "./tidemark.ts";

const home = /\/t\/lab$/;

/** Chooses an account at the provider; `undefined` declines. */
async function answer(page: Page, who?: PersonThere): Promise<void> {
  const name = who ? `Continue as ${people[who].name}` : "Decline";
  await page.getByRole("button", { name }).click();
}

async function leaveFor(page: Page, name = providerName): Promise<void> {
  await open(page, "/sign-in");
  await page.getByRole("link", { name: new RegExp(name) }).click();
}

/** Links an identity at the provider to the signed-in account. */
async function connect(page: Page, who: PersonThere): Promise<void> {
  await open(page, "/profile");
  await page.getByRole("link", { name: `Link ${providerName}` }).click();
  await answer(page, who);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("banner").getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

/** Invites a viewer to the lab, and returns the link. */
async function invite(page: Page): Promise<string> {
  await open(page, "/t/lab/settings/members");
  const form = page.getByRole("form", { name: "Invite someone" });
  await form.getByRole("radio", { name: /^Viewer/ }).check();
  await form.getByRole("button", { name: "Create invitation" }).click();
  return page.getByLabel(/link/i).inputValue();
}

/** Each error is an alert: what happened, and what to do. */
async function refused(page: Page, sentence: RegExp): Promise<void> {
  const alert = page.getByRole("alert");
  await expect(alert).toContainText(sentence);
  expect((await alert.innerText()).trim()).toMatch(/^([^.]+\.){1,2}$/);
}

/** Goes to the provider and back, except for the last step, and returns its address. */
async function callback(request: APIRequestContext, who: PersonThere, from = "/sign-in/oidc"): Promise<string> {
  const step = async (address: string, form?: Record<string, string>): Promise<string> => {
    const settings = { maxRedirects: 0, ...(form && { form }) };
    const response = form ? await request.post(address, settings) : await request.get(address, settings);
    expect(response.status(), address).toBeGreaterThan(300);
    expect(response.status(), address).toBeLessThan(400);
    return new URL(response.headers().location!, response.url()).href;
  };
  const page = await step(await step(from));
  const back = await step(await step(page, { who }));
  expect(back).toContain("/sign-in/oidc/callback?");
  return back;
}

/** Another Tidemark with the same providers and one account, so that it is set up. */
async function startAnother(external: ExternalSignIn, environment: Record<string, string>): Promise<Tidemark> {
  const started = await external.another(environment);
  await createPerson(started, "Only One");
  return started;
}

test.describe("by an invitation", () => {
  test("a person with an account at the provider joins without a password", async ({ page, another }) => {
    const owner = await another();
    await signIn(owner, lab);
    const link = await invite(owner);

    await open(page, link);
    await page.getByRole("link", { name: new RegExp(providerName) }).click();
    await answer(page, "ada");
    await expect(page).toHaveURL(home);
    await open(page, "/profile");
    await expect(page.getByRole("form", { name: "About you" }).getByLabel("Name")).toHaveValue("Ada Lovelace");
    await expect(page.getByRole("table", { name: "Linked accounts" })).toContainText("ada@example.org");
    await open(page, "/t/lab");
    await signOut(page);
    await leaveFor(page);
    await expect(page).toHaveURL(home);

    // The link is used up.
    expect((await page.request.get(link)).status()).toBe(404);
  });

  test.describe("who has no other way in", () => {
    test.use({ refused: [/\/profile/] });

    test("keeps it until there is a password", async ({ page, another }) => {
      const owner = await another();
      await signIn(owner, lab);
      const link = await invite(owner);
      await open(page, link);
      await page.getByRole("link", { name: new RegExp(providerName) }).click();
      await answer(page, "joan");
      await expect(page).toHaveURL(home);
      await open(page, "/profile");
      await page.getByRole("button", { name: /^Unlink/ }).click();
      await expect(page.getByRole("alert")).toContainText(/password/i);
      await expect(page.getByRole("table", { name: "Linked accounts" })).toContainText("joan@example.org");

      await page.getByLabel("New password").fill("a passphrase of my own");
      await page.getByRole("button", { name: "Set password" }).click();
      await expect(page.getByRole("status")).toBeVisible();
      await page.getByRole("button", { name: /^Unlink/ }).click();
      await expect(page.getByRole("main")).not.toContainText("joan@example.org");
    });
  });

  test("who declines stays outside, and the invitation stays open", async ({ page, another }) => {
    const owner = await another();
    await signIn(owner, lab);
    const link = await invite(owner);
    await open(page, link);
    await page.getByRole("link", { name: new RegExp(providerName) }).click();
    await answer(page);
    await refused(page, /denied/);
    await expect(page).toHaveURL(/\/invitation/);
    await open(page, link);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Join");
  });

  test("whose address the provider does not tell is told so, and joins with a password", async ({ page, another }) => {
    const owner = await another();
    await signIn(owner, lab);
    const link = await invite(owner);
    await open(page, link);
    await page.getByRole("link", { name: new RegExp(providerName) }).click();
    await answer(page, "nobody");
    await refused(page, /email address/);
    await open(page, link);
    await page.getByLabel("Name").fill("Odysseus");
    await page.getByLabel("Email").fill("odysseus@example.org");
    await page.getByLabel("Password").fill("nobody blinded me");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveURL(home);
  });
});

test.describe("an identity", () => {
  test("is linked in the profile, signs in, cannot be linked twice, and is unlinked", async ({ page, another, external }) => {
    test.slow();
    const person = await createPerson(external.tidemark, "Grete Hermann", { tenant: "lab" });
    await signIn(page, person);
    await connect(page, "hedy");
    await expect(page).toHaveURL(/\/profile/);
    await expect(page.getByRole("status")).toContainText("hedy@example.org");
    await signOut(page);
    await leaveFor(page);
    await expect(page).toHaveURL(home);
    await alive(page);
    await expect(page.getByRole("banner").getByRole("button", { name: /^Account/ })).toHaveAccessibleName(/Grete Hermann/);

    const other = await createPerson(external.tidemark, "Olaf Other", { tenant: "lab" });
    const theirs = await another();
    await signIn(theirs, other);
    await connect(theirs, "hedy");
    await refused(theirs, /another Tidemark account/);
    await expect(theirs).toHaveURL(/\/profile/);
    await expect(theirs.getByRole("main")).not.toContainText("hedy@example.org");

    await open(page, "/profile");
    await page.getByRole("button", { name: /^Unlink/ }).click();
    await expect(page.getByRole("status")).toBeVisible();
    await signOut(page);
    await leaveFor(page);
    await refused(page, /No Tidemark account is linked to this identity/);
  });

  test("that is not linked does not sign in, even with the address of an account", async ({ page, another, external }) => {
    // An account with this email address exists, with a password and without a linked identity.
    await external.tidemark.run(
      ["user", "create", "--email", people.grace.email, "--name", "Same Address", "--password-stdin"],
      "a passphrase of my own",
    );
    await leaveFor(page);
    await answer(page, "grace");
    await expect(page).toHaveURL(/\/sign-in/);
    await refused(page, /No Tidemark account is linked to this identity/);
    expect((await page.request.get("/t/lab")).url()).toContain("/sign-in");

    // No account was created, and the existing one is unchanged.
    const owner = await another();
    await enter(owner, lab);
    await open(owner, "/system/people?search=grace%40example.org");
    await expect(owner.getByRole("table", { name: /account/ }).locator("tbody tr")).toHaveCount(1);
    await enter(page, { email: people.grace.email, password: "a passphrase of my own" });
    await open(page, "/profile");
    await expect(page.getByRole("main")).toContainText("None yet");
  });
});

test("declining at the provider shows an error, and a password still works", async ({ page }) => {
  await open(page, "/sign-in?next=%2Ft%2Flab%2Frepositories");
  await page.getByRole("link", { name: new RegExp(providerName) }).click();
  await answer(page);
  await expect(page).toHaveURL(/\/sign-in/);
  await refused(page, /denied the sign-in/);
  await page.getByLabel("Email").fill(lab.email);
  await page.getByLabel("Password").fill(lab.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page, "where they wanted to go").toHaveURL(/\/t\/lab\/repositories$/);
});

test.describe("an answer of the provider", () => {
  const stale = /has expired or was already used/;

  test("works once and does not sign in when replayed", async ({ page, another, external }) => {
    const person = await createPerson(external.tidemark, "Ella Once", { tenant: "lab" });
    const before = await another();
    await signIn(before, person);
    await connect(before, "emmy");
    await expect(before.getByRole("status")).toBeVisible();

    const back = await callback(page.request, "emmy");
    await page.goto(back);
    await expect(page).toHaveURL(home);
    await signOut(page);
    await page.goto(back);
    await expect(page).toHaveURL(/\/sign-in/);
    await refused(page, stale);
  });

  test("counts only in the browser that set out for it", async ({ page, another }) => {
    const back = await callback(page.request, "ada");
    const victim = await another();
    await victim.goto(back);
    await expect(victim).toHaveURL(/\/sign-in/);
    await refused(victim, stale);
    expect((await victim.request.get("/t/lab")).url()).toContain("/sign-in");
  });

  test("with a tampered state does not sign in, and ends the attempt", async ({ page }) => {
    const back = new URL(await callback(page.request, "ada"));
    const tampered = new URL(back);
    tampered.searchParams.set("state", `${back.searchParams.get("state")}x`);
    await page.goto(tampered.href);
    await refused(page, stale);
    await page.goto(back.href);
    await expect(page).toHaveURL(/\/sign-in/);
    await refused(page, stale);
  });

  test("with a forged code, another issuer or none at all does not sign in", async ({ page }) => {
    for (const [name, value] of [
      ["code", "forged"],
      ["iss", "https://elsewhere.example"],
      ["code", null],
    ] as const) {
      const back = new URL(await callback(page.request, "ada"));
      if (value === null) back.searchParams.delete(name);
      else back.searchParams.set(name, value);
      await page.goto(back.href);
      await expect(page, `${name} ${value}`).toHaveURL(/\/sign-in/);
      await refused(page, /unexpected response/);
      await page.context().clearCookies();
    }
  });

  test("that was begun to connect is worth nothing to another person", async ({ page, external }) => {
    const first = await createPerson(external.tidemark, "Fay First", { tenant: "lab" });
    await signIn(page, first);
    await open(page, "/profile");
    await page.getByRole("link", { name: `Link ${providerName}` }).click();
    const there = page.url();
    await page.context().clearCookies({ domain: "127.0.0.1" });
    await page.goto(there);
    await answer(page, "grace");
    await expect(page).toHaveURL(/\/sign-in/);
    await refused(page, stale);
  });
});

test("another site cannot have an identity connected", async ({ page, external }) => {
  const person = await createPerson(external.tidemark, "Wanda Warned", { tenant: "lab" });
  await signIn(page, person);
  // The provider's page plays the other site.
  await page.goto(`${external.provider.issuer}/.well-known/openid-configuration`);
  await page.evaluate((address) => {
    const link = document.createElement("a");
    link.href = address;
    document.body.append(link);
    link.click();
  }, `${external.tidemark.url}/sign-in/oidc?intent=connect`);
  await expect(page).toHaveURL(/\/profile\?error=not-yours/);
  await refused(page, /start in Tidemark/);
});

test.describe("while the provider", () => {
  test("is down, one is told so; once it is back, so is the way", async ({ page, external }) => {
    // A server contacts its provider at start-up, and for each person until that succeeds.
    await external.provider.stop();
    const fresh = await startAnother(external, {});
    try {
      await open(page, `${fresh.url}/sign-in`);
      await page.getByRole("link", { name: new RegExp(providerName) }).click();
      await expect(page).toHaveURL(new RegExp(`^${fresh.url}/sign-in`));
      await refused(page, /unexpected response/);
      await expect(page.getByLabel("Password")).toBeVisible();
    } finally {
      await external.provider.start();
    }
    const begun = await page.request.get(`${fresh.url}/sign-in/oidc`, { maxRedirects: 0 });
    expect(begun.headers().location).toContain(external.provider.issuer);
  });

  test("goes away before the response is read, sign-in fails", async ({ page, external }) => {
    const back = await callback(page.request, "ada");
    await external.provider.stop();
    try {
      await page.goto(back);
      await expect(page).toHaveURL(/\/sign-in/);
      await refused(page, /unexpected response/);
    } finally {
      await external.provider.start();
    }
  });

  test("has another issuer than configured, sign-in does not start", async ({ page, external }) => {
    const issuer = external.provider.issuer.replace("localhost", "127.0.0.1");
    const wrong = await startAnother(external, { TIDEMARK_OIDC_ISSUER: issuer });
    await open(page, `${wrong.url}/sign-in`);
    await page.getByRole("link", { name: new RegExp(providerName) }).click();
    await expect(page).toHaveURL(new RegExp(`^${wrong.url}/sign-in`));
    await refused(page, /unexpected response/);
    expect(wrong.output()).toMatch(/issuer/i);
  });

  test("rejects the configured secret, sign-in fails", async ({ page, external }) => {
    const { url } = external.tidemark;
    const secret = "not-the-secret";
    const wrong = await startAnother(external, { TIDEMARK_OIDC_CLIENT_SECRET: secret, TIDEMARK_PUBLIC_URL: url });
    const back = await callback(page.request, "ada", `${wrong.url}/sign-in/oidc`);
    await page.goto(back.replace(url, wrong.url));
    await refused(page, /unexpected response/);
    expect(wrong.output()).toMatch(/invalid_client/);
    expect(wrong.output()).not.toContain(secret);
  });
});

test.describe("GitHub", () => {
  test("signs in people who linked their account there", async ({ page, external }) => {
    await external.github.order("sign-in mona");
    const person = await createPerson(external.tidemark, "Mona Octocat", { tenant: "lab" });
    await signIn(page, person);
    await open(page, "/profile");
    await page.getByRole("link", { name: "Link GitHub" }).click();
    await expect(page).toHaveURL(/\/profile/);
    await expect(page.getByRole("table", { name: "Linked accounts" })).toContainText("mona");
    await signOut(page);
    await leaveFor(page, "GitHub");
    await expect(page).toHaveURL(home);
  });

  test("does not sign in people who are unknown here or decline there", async ({ page, external }) => {
    await external.github.order("sign-in octocat");
    await leaveFor(page, "GitHub");
    await refused(page, /No Tidemark account is linked to this identity/);
    await external.github.order("decline");
    await leaveFor(page, "GitHub");
    await refused(page, /denied the sign-in/);
  });

  test("joins people by an invitation", async ({ page, another, external }) => {
    const owner = await another();
    await signIn(owner, lab);
    const link = await invite(owner);
    await external.github.order("sign-in octocat");
    await open(page, link);
    await page.getByRole("link", { name: /GitHub/ }).click();
    await expect(page).toHaveURL(home);
    await open(page, "/profile");
    await expect(page.getByRole("form", { name: "Sign-in email" }).getByLabel("Email")).toHaveValue("octocat@example.org");
  });
});
