#!/usr/bin/env python3
"""Creates the simulator's data set from a folder of recorded GitHub traffic.

    python3 simulator/data/make.py SOURCE

SOURCE has a folder OWNER__NAME for each recorded repository, with GitHub's captured
responses (windows.csv, referrers.csv, paths.csv, stargazers.csv, forks.csv), and a
folder portfolio-github-repo-stats-format with the daily aggregates of further
repositories. README.md describes the result.

Nothing is rounded, thinned or invented. The files are small because a window
differs little from the previous one, and only changes are written.

Prints the facts against which tests/api/recordings.rs checks the loader. They are
computed from the source, not from what was written.
"""

import csv
import gzip
import hashlib
import io
import itertools
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
RECORDED = ["jgehrcke/github-repo-stats", "jonescompneurolab/hnn-core"]
PORTFOLIO = [
    "cicsdev/cics-banking-sample-application-cbsa",
    "cicsdev/cics-genapp",
    "cicsdev/cics-java-jcics-samples",
    "cicsdev/cics-java-liberty-springboot-jcics",
    "cicsdev/cics-java-recgen",
    "cicsdev/cics-nodejs-invoke",
]
FIELDS = ["views", "view_uniques", "clones", "clone_uniques"]


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def write(name, header, rows):
    """Writes a gzipped CSV with the same bytes on every run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def captures(rows):
    """The rows of each capture, in the order of the source."""
    for captured_at, group in itertools.groupby(rows, key=lambda row: row["captured_at"]):
        yield captured_at, list(group)


def window_deltas(rows):
    """The days of each window that differ from the previous window.

    `captured_at` stands on a window's first row only. A day without any figure has
    left the window. A row without a day is a window that changed nothing.
    """
    before = {}
    for captured_at, days in captures(rows):
        now = {row["day"]: [row[field] for field in FIELDS] for row in days}
        changed = [(day, now.get(day, [""] * 4)) for day in sorted(before | now) if before.get(day) != now.get(day)]
        for position, (day, figures) in enumerate(changed or [("", [""] * 4)]):
            yield [captured_at if position == 0 else "", day, *figures]
        before = now


def snapshots(rows, name):
    """Each top list as it was, with `captured_at` only on its first row."""
    for captured_at, entries in captures(rows):
        for position, row in enumerate(entries):
            yield [captured_at if position == 0 else "", row[name], row["count"], row["uniques"]]


def counts(folder, file, column):
    path = folder / file
    return [(row["time_iso8601"][:10], row[column]) for row in read(path)] if path.exists() else []


def facts(repository, folder):
    windows = read(folder / "windows.csv")
    print(f"{repository}: {len(list(captures(windows)))} windows, {len(windows)} rows")
    maxima = {}
    for field in FIELDS:
        present = [row for row in windows if row[field]]
        best = {}
        for row in present:
            best[row["day"]] = max(best.get(row["day"], 0), int(row[field]))
        maxima[field] = best
        print(f"  {field}: {len(present)} figures, sum {sum(int(row[field]) for row in present)}, "
              f"{len(best)} days, sum of maxima {sum(best.values())}")
    days = sorted(set().union(*maxima.values()))
    listing = "".join(f"{day},{','.join(str(maxima[field].get(day, '')) for field in FIELDS)}\n" for day in days)
    print(f"  maxima sha256 {hashlib.sha256(listing.encode()).hexdigest()}")
    for file in ["windows", "referrers", "paths"]:
        rows = read(folder / f"{file}.csv")
        body = (folder / f"{file}.csv").read_bytes().replace(b"\r\n", b"\n").split(b"\n", 1)[1]
        print(f"  {file}: {len(list(captures(rows)))} captures, {len(rows)} rows, sha256 {hashlib.sha256(body).hexdigest()}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make.py SOURCE (the folder of recorded traffic)")
    source = pathlib.Path(sys.argv[1])
    stars, forks, daily = [], [], []
    for repository in RECORDED:
        slug = repository.replace("/", "__")
        folder = source / slug
        write(f"windows/{slug}.csv.gz", ["captured_at", "day", *FIELDS], window_deltas(read(folder / "windows.csv")))
        for file, name in [("referrers", "referrer"), ("paths", "path")]:
            write(f"{file}/{slug}.csv.gz", ["captured_at", "name", "count", "uniques"],
                  snapshots(read(folder / f"{file}.csv"), name))
        stars += [(repository, *row) for row in counts(folder, "stargazers.csv", "stars_cumulative")]
        forks += [(repository, *row) for row in counts(folder, "forks.csv", "forks_cumulative")]
        facts(repository, folder)
    for repository in PORTFOLIO:
        folder = source / "portfolio-github-repo-stats-format" / repository / "ghrs-data"
        for row in read(folder / "views_clones_aggregate.csv"):
            daily.append((repository, row["time_iso8601"][:10], row["views_total"], row["views_unique"],
                          row["clones_total"], row["clones_unique"]))
        stars += [(repository, *row) for row in counts(folder, "stargazers.csv", "stars_cumulative")]
        forks += [(repository, *row) for row in counts(folder, "forks.csv", "forks_cumulative")]
    write("daily.csv.gz", ["repository", "day", *FIELDS], daily)
    write("stars.csv.gz", ["repository", "day", "total"], stars)
    write("forks.csv.gz", ["repository", "day", "total"], forks)


if __name__ == "__main__":
    main()
