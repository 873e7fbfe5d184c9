// Schedules: one that loses days needs confirmation, and repositories move between schedules.
import { demo, expect, open, test } from "./tidemark.ts";

const schedules = `/t/${demo.tenant}/settings/schedules`;

test.describe("a schedule that loses days", () => {
  test.use({ refused: [/settings\/schedules/] });

  test("is shown, refused, accepted, given a repository and deleted", async ({ page }) => {
    await open(page, schedules);
    await page.getByLabel("Name").fill("Monthly");
    await page.getByLabel("Cron expression").fill("0 3 1 * *");
    await page.getByRole("button", { name: "Preview next runs" }).click();
    const editor = page.getByRole("form", { name: "New schedule" });
    await expect(editor.getByRole("list", { name: "Next runs" }).getByRole("listitem")).toHaveCount(5);
    await expect(editor).toContainText("would lose days");

    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("alert")).toContainText("31 days pass");
    await page.getByLabel(/some days will be lost/).check();
    await page.getByRole("button", { name: "Save" }).click();

    const usual = page.getByRole("region", { name: "Twice a day" });
    const monthly = page.getByRole("region", { name: "Monthly" });
    await expect(monthly).toContainText("No repositories use this schedule yet.");
    await usual.getByText(/Collects \d+ repositories/).click();
    await usual.getByLabel("jonescompneurolab/hnn-core").check();
    await usual.getByLabel("Move selected to").selectOption("Monthly");
    await usual.getByRole("button", { name: "Move" }).click();
    await expect(page.getByRole("status")).toContainText("1 repository moved.");
    await expect(monthly).toContainText("Collects 1 repository");

    await monthly.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete schedule" }).click();
    await expect(page.getByRole("status")).toContainText("Schedule deleted.");
    await usual.getByText(/Collects \d+ repositories/).click();
    await expect(usual.getByText("jonescompneurolab/hnn-core")).toBeVisible();
  });
});
