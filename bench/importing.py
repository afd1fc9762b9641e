"""Bringing a list in through the page, beside a validated `bulk_create` of the same rows."""

import csv
import json
import random
from dataclasses import asdict, replace
from pathlib import Path

from bench import browser, servers, world
from bench.browser import Browser
from bench.generate import ALL, PASSPHRASE

START = "/lists/bring-in"
COLUMNS = ("Name", "Nickname", "Phone", "E-mail", "Building", "Notes")
HOUSES = 150
# Shares of rows that are somebody who is there already, or that stand in the list twice.
KNOWN_ALREADY, TWICE = 0.01, 0.01


def write_list(file: Path, size: world.Size) -> None:
    """The rows, some of them duplicates of the place's people or of each other."""
    chance = random.Random(f"{world.SEED} list")
    there, _ = world.site_rows(size, 0)
    rows: list[tuple[str, ...]] = []
    for number in range(size.rows):
        lot = chance.random()
        if lot < KNOWN_ALREADY:
            rows.append(_known(chance.choice(there)))
        elif lot < KNOWN_ALREADY + TWICE and rows:
            rows.append(chance.choice(rows[-500:]))
        else:
            rows.append(_new(chance, number))
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


def _known(row: world.PersonRow) -> tuple[str, ...]:
    return row.name, row.nickname, row.phone, row.email, world.UNITS[row.unit], ""


def _new(chance: random.Random, number: int) -> tuple[str, ...]:
    row = world.person_row(chance, 0, number)
    phone = f"+1 {chance.choice((202, 212, 312, 415, 617))} {chance.randrange(200, 999)} {chance.randrange(10_000):04d}"
    return (
        row.name,
        row.nickname,
        phone if row.phone else "",
        row.email,
        f"House {chance.randrange(HOUSES)}",
        row.matters,
    )


def measure(data: Path, size: world.Size) -> dict[str, float]:
    """Seconds of both, and their ratio."""
    file = data / "list.csv"
    write_list(file, size)
    bare = servers.run("bench.bare", "import", "--data", str(data), "--file", str(file))["seconds"]
    servers.run("bench.generate", str(data), json.dumps(asdict(replace(size, sites=1, members=0))))
    with servers.serving("masslink", "serve", data=data) as server:
        opened = browser.unlock(server.port, ALL, PASSPHRASE)
        opened.spent = 0.0
        bring_in(opened, file)
        ours = opened.spent
        opened.close()
    return {"seconds": round(ours, 2), "bare_seconds": round(bare, 2), "ratio": round(ours / bare, 2)}


def bring_in(opened: Browser, file: Path) -> None:
    """As somebody does it: choose the file, take the columns as they are guessed, wait for the last step."""
    page = opened.get(START)
    form = next(form for form in page.forms if form.file)
    page = opened.follow(opened.upload(form.action or START, form.fields, form.file, file))
    settle = next(form for form in page.forms if any(name.startswith("column-") for name in form.names))
    page = opened.follow(opened.post(settle.action, settle.fields, expect=None))
    while work := next((form for form in page.forms if form.kind == "work" and form.left), None):
        page = opened.follow(opened.post(work.action, work.fields, htmx=True, expect=None))
