// The numbers as CSV, for spreadsheets and scripts.
import { readFile } from "node:fs/promises";
import { demo, expect, open, test } from "./tidemark.ts";

const columns = "repository_id,owner,name,date,views,view_uniques,clones,clone_uniques";

for (const [where, path] of [
  ["a repository", `/t/${demo.tenant}/r/jonescompneurolab/hnn-core?period=all`],
  ["all repositories", `/t/${demo.tenant}`],
] as const) {
  test(`${where}: a link downloads one row for each known day`, async ({ page }) => {
    await open(page, path);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Chart options" }).click();
    await page.getByRole("link", { name: "Download CSV" }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);

    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split(/\r?\n/);
    expect(lines[0]).toBe(columns);
    expect(lines.length).toBeGreaterThan(14);
    for (const line of lines.slice(1)) {
      expect(line).toMatch(/^\d+,[\w.-]+,[\w.-]+,\d{4}-\d\d-\d\d,\d*,\d*,\d*,\d*$/);
    }
  });
}
