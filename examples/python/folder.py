"""Verifies everybody in a folder: `people.csv` (name,id_number,photo) and the photos beside it.

    pip install shiren rich
    python folder.py people/ --at-once 8

What was answered is appended to `verdicts.csv` as it comes, by the photo's name: a run that was stopped goes on there,
and nobody is paid for twice. A line with `billed` unknown is left to a person.
"""

from __future__ import annotations

import argparse
import csv
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import shiren
from rich.progress import Progress


def verify(client: shiren.Client, folder: Path, person: dict[str, str]) -> tuple[str, str, str, str]:
    try:
        photo = shiren.photo.fit(image=folder / person["photo"]).image
        verdict = client.juhe.verifyface.verify2(
            realname=person["name"], idcard=person["id_number"], image=photo
        ).verdict
    except shiren.ShirenError as error:
        return person["photo"], "error", error.billed, error.message
    return person["photo"], verdict.decision, verdict.billed, "; ".join(one.message for one in verdict.reasons)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--at-once", type=int, default=8, metavar="N")
    given = arguments.parse_args()
    folder: Path = given.folder
    done_file = folder / "verdicts.csv"
    with open(folder / "people.csv", encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file))
    done: set[str] = set()
    if done_file.exists():
        with open(done_file, encoding="utf-8", newline="") as file:
            # What certainly cost nothing may be asked again.
            done = {row[0] for row in csv.reader(file) if row[1] != "error" or row[2] != "no"}
    left = [person for person in people if person["photo"] not in done]
    with (
        shiren.Client() as client,
        ThreadPoolExecutor(given.at_once) as pool,
        open(done_file, "a", encoding="utf-8", newline="") as file,
        Progress() as progress,
    ):
        rows = csv.writer(file)
        futures = [pool.submit(verify, client, folder, person) for person in left]
        for future in progress.track(as_completed(futures), total=len(futures), description="verifying"):
            rows.writerow(future.result())
            file.flush()
        total = client.counters()["total"]
    print(f"{total['calls']} calls, {total['billed']} billed, {total['unknown']} unknown; see {done_file}")


if __name__ == "__main__":
    main()
