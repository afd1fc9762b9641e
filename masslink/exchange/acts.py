"""What is written while a list comes in: reading it, steps, answers, taking it back."""

import gc
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from masslink.collective.models import Member
from masslink.exchange import acquainted, blocks, newcomers, settling, steps, undoing
from masslink.exchange.columns import guess
from masslink.exchange.models import Import, ImportRow
from masslink.exchange.reading import Table, read_table
from masslink.exchange.taking import NEW, PARTS, Taking, values_of
from masslink.sites.acts import add_shift, add_unit
from masslink.sites.lines import key
from masslink.sites.models import Site
from masslink.vault import history
from masslink.vault.act import Conflict, act

KEPT_FOR = timedelta(days=30)
_FORGET_AT_ONCE = 1000


def read_list(
    *,
    by: Member,
    at: datetime,
    site: Site,
    data: bytes,
    file_name: str = "",
    region: str,
    id: UUID | None = None,
) -> Import:
    """Read a file and seal its rows; nobody is added yet. Raises ReadError."""
    table = read_table(data, file_name)
    guesses = guess(table.headers, table.rows)
    refused = [one.column for one in guesses if one.verdict == "refuse"]
    for row in table.rows if refused else ():
        for column in refused:  # what may not be kept isn't even sealed
            row[column] = ""
    with act("import_read", at=at, notes={"rows": len(table.rows)}):
        one = Import(
            id=id or uuid4(),
            circle=site.circle,
            site=site,
            by=by,
            at=at,
            file_name=file_name.replace("\\", "/").rpartition("/")[2][:200],
            region=region,
            rows=len(table.rows),
            table=_about(table, guesses),
            blocks=blocks.write(site, table.row_numbers, table.rows),
        )
        one.save()
    return one


def _about(table: Table, guesses: list[Any]) -> dict[str, Any]:
    return {
        "kind": table.kind,
        "encoding": table.encoding,
        "header_row": table.header_row,
        "headers": table.headers,
        "notes": [[note.code, note.values] for note in table.notes],
        "guesses": [[g.column, g.target, g.confidence, g.verdict, g.reason] for g in guesses],
    }


def begin(*, by: Member, at: datetime, id: UUID, taking: Taking) -> Import:
    """Settle how the list is taken and make the units and shifts it needs. Raises Conflict when it has begun."""
    with act("import_begun", at=at):
        one = _now(id)
        if one.state != Import.State.MAPPING:
            raise Conflict("import")
        one.made = {part: _make(by, at, one, taking, part) for part in PARTS}
        one.taking = taking.stored()
        one.state = Import.State.RUNNING
        one.save()
    return one


def _now(id: UUID) -> Import:
    """The import as it stands now that nobody else can write. Raises Import.DoesNotExist."""
    return Import.objects.select_related("site").get(pk=id)


def _make(by: Member, at: datetime, one: Import, taking: Taking, part: str) -> list[str]:
    """Make what is asked for, unless somebody made it meanwhile; say in `taking` what it became."""
    add: Any = {"unit": add_unit, "shift": add_shift}[part]
    chosen: dict[str, str] = getattr(taking, f"{part}s")
    shown, made = values_of(one, taking.columns, part), []
    held = {key(found.name): found for found in PARTS[part]._default_manager.filter(site=one.site_id)}
    for value in [value for value, to in chosen.items() if to == NEW]:
        if value not in held:
            held[value] = add(by=by, at=at, site=one.site, name=shown[value][0])
            made.append(held[value].pk.hex)
        chosen[value] = held[value].pk.hex
    return made


def step(*, by: Member, at: datetime, id: UUID) -> Import:
    """Bring in the next rows; the cursor moves with them. Two tabs take turns. Raises Import.DoesNotExist."""
    one = _now(id)
    if one.state != Import.State.RUNNING:
        return one
    gc.disable()  # a step makes many objects and no cycles
    try:
        acquainted.get_acquainted(one)
        with act("import_step", at=at) as running:
            one = _now(id)
            if one.state == Import.State.RUNNING:
                running.notes.update(_step(one, at, running.seq), **{"import": one.pk.hex})
    except BaseException:
        acquainted.forget()
        raise
    finally:
        gc.enable()
    if one.state == Import.State.DONE:
        acquainted.forget()
    return one


def _step(one: Import, at: datetime, seq: int) -> dict[str, int]:
    if one.cursor < one.rows:
        rows = blocks.read(one, one.cursor // blocks.STEP)
        with acquainted.acquainted(one, seq) as who:
            done = steps.sort(one, rows, who, at)
            newcomers.add_all(one, done.people, at)
            ImportRow.objects.bulk_create(done.rows)
        one.count(cursor=len(rows), **done.sums)
        sums = dict(done.sums)
    else:
        sums = {}
    if one.cursor >= one.rows:
        _finish(one, at)
    one.save()
    return sums


def _finish(one: Import, at: datetime) -> None:
    one.state, one.finished_at = Import.State.DONE, at
    blocks.shred(one)


def cancel(*, by: Member, at: datetime, id: UUID) -> None:
    """Nothing came in yet, and nothing stays: the rows are shredded. Raises Conflict when it has begun."""
    with act("import_cancelled", at=at):
        one = _now(id)
        if one.state != Import.State.MAPPING:
            raise Conflict("import")
        blocks.shred(one)
        one.delete()


# --- answers ---------------------------------------------------------------------------------------


def settle(*, by: Member, at: datetime, id: UUID, rows: list[UUID], same: bool) -> dict[str, int]:
    """Say of rows whether they are the person they resemble: filled in where empty, or added as somebody else.

    Rows that were answered meanwhile are passed over. Returns how many were filled in, added, known.
    """
    with act("import_merged" if same else "import_kept_apart", at=at) as running:
        one = _now(id)
        if one.state not in (Import.State.RUNNING, Import.State.DONE):
            return {}
        done = settling.settle(one, rows, same=same, by=by, at=at)
        one.save()
        running.notes.update(done, **{"import": one.pk.hex})
    return dict(done)


def leave_out(*, by: Member, at: datetime, id: UUID, rows: list[UUID]) -> int:
    """Rows of a name that was erased aren't brought in, and are shredded at once. Returns how many."""
    with act("import_left_out", at=at) as running:
        one = _now(id)
        if one.state not in (Import.State.RUNNING, Import.State.DONE):
            return 0
        out = settling.leave_out(one, rows)
        history.shred(out)
        one.save()
        running.notes.update({"left_out": len(out), "import": one.pk.hex})
    return len(out)


def shred_erased(*, by: Member, at: datetime) -> None:
    """Rows in one's own circle about somebody at another place who was erased there meanwhile: nobody else can."""
    if not (strays := undoing.erased_rows()):
        return
    with act("import_forgotten", at=at):
        for source, rows in strays.items():
            one = Import.objects.filter(pk=source).first()
            waiting = sum(row.state == ImportRow.State.WAITING for row in rows)
            if one and waiting:
                one.count(waiting=-waiting, left_out=waiting)
                one.save()
        ids = [row.pk for rows in strays.values() for row in rows]
        ImportRow.objects.filter(pk__in=ids).delete()
        history.shred(ids)


# --- taking it back --------------------------------------------------------------------------------


def begin_undo(*, by: Member, at: datetime, id: UUID, everybody: bool) -> Import:
    """Stop the import where it is and begin to take it back. `everybody`: also those whom somebody wrote about."""
    with act("import_undo_begun", at=at):
        one = _now(id)
        if one.state not in (Import.State.RUNNING, Import.State.DONE):
            raise Conflict("import")
        blocks.shred(one)
        one.state = Import.State.UNDOING
        one.undo = {
            "total": undoing.total(one),
            "done": 0,
            "everybody": everybody,
            "stayed": 0,
            "put_back": 0,
        }
        one.save()
    return one


def undo_step(*, by: Member, at: datetime, id: UUID) -> Import:
    """Take back the next of what came in. Raises Import.DoesNotExist."""
    with act("import_undo_step", at=at) as running:
        one = _now(id)
        if one.state == Import.State.UNDOING:
            gone = undoing.step(one)
            one.undo["done"] = min(one.undo["done"] + gone, one.undo["total"])
            if not gone:
                one.state, one.finished_at = Import.State.UNDONE, at
            one.save()
            running.notes.update({"import": one.pk.hex, "taken_back": gone})
    return one


def forget_old(*, by: Member, at: datetime) -> bool:
    """After 30 days: rows are forgotten, and what was never begun is cancelled. A part at a time; True: more."""
    if strays := undoing.stray_rows():
        with act("import_forgotten", at=at):
            ImportRow.objects.filter(pk__in=strays).delete()
    old = Import.objects.filter(at__lt=at - KEPT_FOR, forgotten_at=None)
    one = old.exclude(state__in=[Import.State.RUNNING, Import.State.UNDOING]).first()
    if one is None:
        return False
    if one.state == Import.State.MAPPING:
        cancel(by=by, at=at, id=one.pk)
        return True
    with act("import_forgotten", at=at):
        one = _now(one.pk)
        if not undoing.drop_rows(one, _FORGET_AT_ONCE):
            one.count(left_out=one.waiting, waiting=-one.waiting)
            one.forgotten_at = at
            one.save()
    return True
