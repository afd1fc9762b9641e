"""`python -m bench.bare fill|serve|import --data DIR …`: what measuring asks of the twin, each in a child."""

import argparse
import csv
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import world

USER, PASSWORD, TOKEN = "ana", "paper ladder night", "c0ffee" * 5


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=("fill", "waiting", "serve", "import"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int)
    parser.add_argument("--size", type=json.loads)
    parser.add_argument("--file", type=Path)
    o = parser.parse_args()
    os.environ["BARE_DATA"] = str(o.data.absolute())
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    import django

    django.setup()
    if o.command == "fill":
        fill(world.Size(**o.size))
    elif o.command == "waiting":
        fill_waiting()
    elif o.command == "serve":
        serve(o.port)
    else:
        bring_in(o.file)


def prepare() -> Any:
    """The tables and one user."""
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    return User.objects.filter(username=USER).first() or User.objects.create_user(USER, password=PASSWORD)


def fill(size: world.Size) -> None:
    from bench.bare.models import Feed, Site

    user = prepare()
    Feed.objects.get_or_create(token=TOKEN)
    for number in range(size.sites + 1):  # the last one is the small member's place, for its chart
        _fill_site(user, Site.objects.create(name=f"Warehouse {number + 1}"), size, number)


def _fill_site(user: Any, site: Any, size: world.Size, number: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from bench.bare.models import Gathering, Person, Talk, Tie

    now = timezone.now()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    persons, talks = world.site_rows(size, number)
    with transaction.atomic():
        Person.objects.bulk_create(
            [
                Person(
                    id=row.number, site=site, unit=world.UNITS[row.unit], shift=world.SHIFTS[row.shift],
                    name=row.name, nickname=row.nickname, phone=row.phone, email=row.email, matters=row.matters,
                    added_at=now - timedelta(days=row.added),
                )
                for row in persons
            ]
        )  # fmt: skip
        Tie.objects.bulk_create(
            [
                Tie(one_id=one.number, other_id=other.number, kind=kind)
                for one, other, kind in (world.tie_rows(persons, size.ties) if not number else [])
            ]
        )
        Gathering.objects.bulk_create(
            [
                Gathering(site=site, title=title, where="Cooper Street",
                          starts_at=midnight + timedelta(days=day, hours=hour),
                          ends_at=midnight + timedelta(days=day, hours=hour + 2))
                for title, day, hour in (world.evening_rows(size, number) if number < size.sites else [])
            ]
        )  # fmt: skip
        Talk.objects.bulk_create(
            [
                Talk(person_id=row.person, by=user, kind=row.kind, words=row.words,
                     at=midnight - timedelta(days=row.ago) + timedelta(minutes=row.minute))
                for row in talks
            ]
        )  # fmt: skip


def fill_waiting() -> None:
    """A meeting ahead, with what waits for it; the one before it left something over."""
    from django.utils import timezone

    from bench.bare.models import Correction, Idea, Item, Meeting, Question, ToDo

    prepare()
    now, rows = timezone.now(), world.waiting_rows()
    today = now.date()
    ahead, before = (
        Meeting.objects.create(title="All of us", starts_at=now + timedelta(days=days)) for days in (5, -20)
    )
    Item.objects.bulk_create([Item(meeting=before, title=text) for text in rows["left over"]])
    Item.objects.bulk_create([Item(meeting=ahead, title=text) for text in rows["taken up"]])
    Question.objects.bulk_create([Question(title=text) for text in rows["questions"]])
    decided = [Question(title=text, decided_on=today, review_on=today) for text in rows["reviews"]]
    Question.objects.bulk_create(decided)
    ToDo.objects.bulk_create([ToDo(title=text, due=today) for text in rows["to-dos"]])
    Idea.objects.bulk_create([Idea(title=text) for text in rows["ideas"]])
    Correction.objects.bulk_create([Correction(title=text) for text in rows["corrections"]])


def serve(port: int) -> None:
    """The same server with the same threads as Masslink's."""
    from granian import Granian
    from granian.constants import Interfaces

    print("ready", flush=True)  # connections wait from now on until the worker is there
    Granian(
        "bench.bare.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=8,
        log_enabled=False,
        websockets=False,
    ).serve()


def bring_in(file: Path) -> None:
    """Every row validated, then all of them written in batches; prints the seconds it took."""
    from django.utils import timezone

    from bench.bare.models import Person, Site

    prepare()
    site, now = Site.objects.create(name="Blocks on the hill"), timezone.now()
    start = time.perf_counter()
    with file.open(encoding="utf-8", newline="") as lines:
        persons = [
            Person(
                site=site, unit=row["Building"], name=row["Name"], nickname=row["Nickname"], phone=row["Phone"],
                email=row["E-mail"], matters=row["Notes"], added_at=now,
            )
            for row in csv.DictReader(lines)
        ]  # fmt: skip
    for person in persons:
        person.full_clean(exclude=["site"])
    Person.objects.bulk_create(persons, batch_size=1000)
    print(json.dumps({"seconds": time.perf_counter() - start, "rows": len(persons)}))


if __name__ == "__main__":
    main()
