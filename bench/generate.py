"""`python -m bench.generate DATA SIZE`: a collective of the wanted size, sealed straight into a ledger.

Members, sites and access are made by the acts that people use; persons, talks, links and to-dos, which would take
those minutes, are sealed with the same keys, columns and padding, a few hundred to an act as an import does.
"""

import json
import os
import random
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import world

if TYPE_CHECKING:
    from masslink.collective.models import Member
    from masslink.sites.models import Site
    from masslink.vault.record import Record
    from masslink.vault.workspace import Workspace

PASSPHRASE = "paper ladder night kettle window march"
ALL, SMALL = "holds-all", "small"
AT_ONCE = 500  # records in one act
SAMPLE = 400  # persons whose pages are opened


def typical(number: int) -> str:
    return f"typical-{number}"


def set_up(data: Path) -> None:
    """Masslink in this process, over this data directory."""
    os.environ["MASSLINK_DATA"] = str(data.absolute())
    os.environ["MASSLINK_ARGON2_KIB"] = "1024"  # logins by the dozen; unlocking is measured without it
    os.environ["DJANGO_SETTINGS_MODULE"] = "masslink.config.settings"
    data.mkdir(parents=True, exist_ok=True)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(data: Path, size: world.Size) -> None:
    _large(data, size)
    _small(size)


def _large(data: Path, size: world.Size) -> None:
    """The collective of 40 sites: who holds all of them, and the typical members."""
    from masslink.core.clock import now

    workspace, first = found(ALL, "Ana")
    chance = random.Random(world.SEED)
    with workspace.bound():
        sites = [_open_site(first, f"Warehouse {number + 1}") for number in range(size.sites)]
        for number in range(size.members):
            _admit(workspace, first, number, [sites[s] for s in world.held_by(size, number)])
        at, sample = now(), []
        for number, site in enumerate(sites):
            persons = _fill_site(workspace, first, site, size, number, at)
            _relations(workspace, first, site, persons, max(size.taken_on // size.sites, 1), at, chance)
            _evenings(workspace, first, site, world.evening_rows(size, number), at)
            if size.ties and not number:
                _tie(workspace, first, site, world.tie_rows(persons, size.ties), at)
            sample += [{"id": str(r.id), "number": r.number, "name": r.name} for r in persons]
    workspace.close()
    (data / "sample.json").write_text(json.dumps(chance.sample(sample, min(SAMPLE, len(sample)))))


def _small(size: world.Size) -> None:
    """A collective of its own with one site of 1,000 persons."""
    from masslink.core.clock import now

    workspace, first = found(SMALL, "Bea")
    with workspace.bound():
        site = _open_site(first, "Kitchen")
        _fill_site(workspace, first, site, size, size.sites, now())
    workspace.close()


# --- through acts --------------------------------------------------------------------------------


def found(login: str, name: str) -> tuple["Workspace", "Member"]:
    from masslink.collective.acts import found_space
    from masslink.core.clock import now
    from masslink.vault import holders

    workspace = holders.found(holders.new_founding_code(), login, PASSPHRASE)
    with workspace.bound():
        return workspace, found_space(at=now(), name="The ring road", member_name=name)


def _open_site(by: "Member", name: str) -> "Site":
    from masslink.core.clock import now
    from masslink.sites.acts import open_site

    return open_site(by=by, at=now(), kind="workplace", name=name, units=world.UNITS, shifts=world.SHIFTS)


def _admit(workspace: "Workspace", by: "Member", number: int, sites: list["Site"]) -> None:
    from masslink.collective.acts import admit
    from masslink.core.clock import now
    from masslink.sites.acts import give_access
    from masslink.vault import holders

    holder, keys = holders.enrol(workspace.collective, typical(number), PASSPHRASE, workspace.root)
    name, known = f"Member {number + 1}", keys.public.fingerprint
    member = admit(by=by, at=now(), name=name, holder=holder.id, fingerprint=known)
    for site in sites:
        give_access(by=by, at=now(), site=site, member=member)


# --- sealed directly -----------------------------------------------------------------------------


def _fill_site(
    workspace: "Workspace", by: "Member", site: "Site", size: world.Size, number: int, at: datetime
) -> list[world.PersonRow]:
    from masslink.people.models import Deed, Person

    persons, talks = world.site_rows(size, number)
    units, shifts = ([part.pk for part in parts.all()] for parts in (site.units, site.shifts))
    here: dict[str, Any] = {"circle": site.circle}
    us = [member.pk for member in site.members().order_by("joined_on", "name")]
    ids = {row.number: row.id for row in persons}
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)

    def person(row: world.PersonRow) -> Person:
        return Person(
            id=row.id, site_id=site.pk, unit_id=units[row.unit], shift_id=shifts[row.shift], name=row.name,
            nickname=row.nickname, phone=row.phone, email=row.email, matters=row.matters,
            added_at=at - timedelta(days=row.added), **here,
        ).prepare()  # fmt: skip

    def deed(row: world.TalkRow) -> Deed:
        when = midnight - timedelta(days=row.ago) + timedelta(minutes=row.minute)
        return Deed(
            id=row.id, person_id=ids[row.person], deed_kind=row.kind, on=when.date(), at=when,
            by_id=us[row.lot % len(us)], words=row.words, **here,
        )  # fmt: skip

    seal(workspace, site, map(person, persons), at)
    seal(workspace, site, map(deed, talks), at)
    return persons


def _relations(
    workspace: "Workspace",
    by: "Member",
    site: "Site",
    persons: list[world.PersonRow],
    count: int,
    at: datetime,
    chance: random.Random,
) -> None:
    """Some are taken on, in rhythms that make a part of them due; half of these were promised something."""
    from masslink.people.models import Link
    from masslink.tasks.models import ToDo

    today = at.date()
    taken = chance.sample(persons, count)
    links = [
        Link(circle=site.circle, person_id=row.id, member=by, since=today - timedelta(days=chance.randrange(30, 200)),
             rhythm_days=chance.choice((14, 28, 60, 120)), aim="Bring them along to a meeting")
        for row in taken
    ]  # fmt: skip
    to_dos = [
        ToDo(circle=site.circle, person_id=row.id, member=by, what="Bring the sheet about breaks", added_by=by,
             due=today + timedelta(days=chance.randrange(-3, 20)), added_at=at - timedelta(days=20))
        for row in taken[::2]
    ]  # fmt: skip
    seal(workspace, site, [*links, *to_dos], at)


def _tie(
    workspace: "Workspace",
    by: "Member",
    site: "Site",
    ties: list[tuple[world.PersonRow, world.PersonRow, str]],
    at: datetime,
) -> None:
    from masslink.people.ties.models import Tie

    here: dict[str, Any] = {"circle": site.circle, "by": by, "at": at}
    rows = (Tie(person_id=one.id, other_id=other.id, tie_kind=kind, **here) for one, other, kind in ties)
    seal(workspace, site, rows, at)


def _evenings(
    workspace: "Workspace", by: "Member", site: "Site", rows: list[tuple[str, int, int]], at: datetime
) -> None:
    from masslink.gatherings.models import Gathering

    def gathering(title: str, day: int, hour: int) -> Gathering:
        starts = at.replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=day)
        when = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        return Gathering(
            circle=site.circle, site=site, title=title, where="Cooper Street", by=by, at=at, **when
        )

    some = (gathering(*row) for row in rows)
    seal(workspace, site, some, at)


def seal(workspace: "Workspace", site: "Site", records: Iterable["Record"], at: datetime) -> None:
    """Write records of a site's circle to the ledger, a few hundred to an act."""
    from masslink.vault.ledger import Payload
    from masslink.vault.schema import schema

    batch: list[tuple[str, Payload]] = []
    columns = {kind: list(table.model._meta.concrete_fields) for kind, table in schema().tables.items()}
    for record in records:
        fields = {
            str(f.column): f.get_db_prep_save(getattr(record, f.attname), workspace.db)
            for f in columns[record.kind]
            if f.column not in ("id", "circle", "version")
        }
        batch.append((record.pk.hex, Payload(record.kind, record.payload_version, fields)))
        if len(batch) == AT_ONCE:
            _write(workspace, site, batch, at)
            batch = []
    _write(workspace, site, batch, at)


def _write(workspace: "Workspace", site: "Site", batch: list[tuple[str, Any]], at: datetime) -> None:
    from uuid import uuid4

    from django.db import transaction

    if not batch:
        return
    circle, ledger = workspace.circles[site.circle], workspace.ledger
    line = {
        "kind": "imported",
        "who": workspace.holder.hex,
        "at": at.isoformat(),
        "records": [[payload.kind, id, "new", 1] for id, payload in batch],
    }
    with transaction.atomic("default"):
        seq = ledger.lock()
        ledger.insert(circle, seq, batch)
        ledger.write_line(circle, seq, uuid4(), line)


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
    fill(Path(sys.argv[1]), world.Size(**json.loads(sys.argv[2])))
