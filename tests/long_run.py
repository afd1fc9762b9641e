"""Two years of a collective of twelve, played by a seeded random walk through the acts that people use.

People join, leave and lose their words; places open, close and change hands; persons are talked with, moved, merged,
told apart, erased; lists come in and are taken back; words fade; kits are made and given up; keys are renewed and
rows re-sealed; the server is lost and comes back from a backup. Now and then everybody is compared with everybody.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connections, transaction

from masslink.collective import acts, chores, restoring
from masslink.collective.models import Kit, Member
from masslink.conftest import AT
from masslink.conversations.acts import log_talk, note_observation
from masslink.exchange import acts as lists
from masslink.exchange.models import Import
from masslink.exchange.taking import taking_of
from masslink.people import acts as people
from masslink.people import erasing, fading, merging, moving
from masslink.people.models import Person
from masslink.people.records import Merged
from masslink.sites.acts import add_unit, give_access, open_accesses, open_site, take_access
from masslink.sites.models import Site
from masslink.tasks.acts import finish, promise
from masslink.tasks.models import ToDo
from masslink.vault import backup, drill, history, holders, invitations, resealing
from masslink.vault import restoring as ledger_restoring
from masslink.vault.act import Conflict, OutOfPlace
from masslink.vault.checking import Insider, check
from masslink.vault.models import Holder, Row
from masslink.vault.sessions import sessions
from masslink.vault.suite import Opens
from masslink.vault.tests import reading
from masslink.vault.workspace import Locked, Removed, Workspace

MARK = "Kanarienvogel"  # stands in every text, and nowhere on the disk
REFUSED = (
    acts.NotNow,
    Conflict,
    OutOfPlace,
    IntegrityError,
    history.CantUndo,
    merging.CantMerge,
    holders.OtherKeys,
    Import.DoesNotExist,
)
MEMBERS, DAYS = 12, 730


@dataclass
class One:
    """A member who plays: their words, keys, and workspace while they are unlocked."""

    name: str
    login: str
    passphrase: str
    workspace: Workspace
    keys: Opens

    @property
    def holder(self) -> UUID:
        return self.workspace.holder


@dataclass
class Town:
    """The collective as it is played; chance and the day come from here."""

    folder: Path
    chance: random.Random
    at: datetime = AT
    members: list[One] = field(default_factory=list)
    gone: list[One] = field(default_factory=list)
    sheets: tuple[str, str] | None = None
    erased: set[str] = field(default_factory=set)
    number: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def name(self, what: str) -> str:
        self.number += 1
        return f"{what}{self.number} {MARK}"

    def someone(self) -> One:
        return self.chance.choice(self.members)

    def pick(self, found: Any) -> Any:
        found = list(found.order_by("pk")[:400])
        return self.chance.choice(found) if found else None

    def step(self, only: list[str] | None = None) -> None:
        """One of them does something, whatever comes of it."""
        self.at += timedelta(minutes=self.chance.randrange(1, 90))
        does = self.chance.choices(only or list(STEPS), weights=None if only else list(STEPS.values()))[0]
        one = self.someone()
        try:
            if does in ALONE:
                ALONE_STEPS[does](self, one)
            else:
                with one.workspace.bound():
                    one.workspace.catch_up()
                    PLAYED[does](self, one, me(one))
            self.done[does] += 1
        except REFUSED as error:
            self.refused[f"{does}: {type(error).__name__}"] += 1


def begin(folder: Path, seed: int) -> Town:
    """A founder, and a place."""
    town = Town(folder, random.Random(seed))
    login, words = "anna-anna-10", "anna six words"
    workspace = holders.found(holders.new_founding_code(), login, words)
    with workspace.bound():
        acts.found_space(at=AT, name=town.name("Space"), member_name="Anna")
        open_site(by=Member.objects.get(), at=AT, kind="workplace", name=town.name("Site"))
    town.members.append(One("Anna", login, words, workspace, workspace.keys))
    return town


def me(one: One) -> Member:
    return Member.objects.get(holder=one.holder)


# --- coming and going ----------------------------------------------------------------------------


def join(town: Town, one: One, by: Member) -> None:
    if len(town.members) >= MEMBERS or not by.is_coordinator:
        return
    role = town.chance.choice([Member.Role.MEMBER, Member.Role.COORDINATOR])
    invitation, code = acts.invite(by=by, at=town.at, name=town.name("Member"), role=role)
    if town.chance.random() < 0.2:
        acts.decline(by=by, at=town.at, invitation=invitation)
        return
    newcomer = accept(town, code, invitation.name)
    acts.confirm(by=by, at=town.at, invitation=invitation, known=newcomer.keys.public.fingerprint)
    if site := town.pick(Site.objects.all()):
        give_access(by=by, at=town.at, site=site, member=Member.objects.get(holder=newcomer.holder))
    town.members.append(newcomer)


def accept(town: Town, code: str, name: str) -> One:
    """The newcomer's side, in a browser of their own."""
    town.number += 1
    login, words = f"login-login-{town.number}", f"words of {town.number}"
    secret = invitations.read(code, town.at).secret
    holder, keys = invitations.accept(code, town.at, login, words)
    workspace = holders.open_workspace(holder, keys)
    with workspace.bound():
        acts.join(at=town.at, secret=secret)
        acts.write_note(at=town.at, text=town.name("While waiting"))
    return One(name, login, words, workspace, keys)


def leave(town: Town, one: One, by: Member) -> None:
    if len(town.members) < 5:
        return
    other = town.chance.choice([o for o in town.members if by.is_coordinator or o is one])
    member = Member.objects.get(holder=other.holder)
    with transaction.atomic("default"):
        acts.let_go(by=by, at=town.at, member=member)
    town.members.remove(other)
    town.gone.append(other)


def new_keys(town: Town, one: One, by: Member) -> None:
    """Somebody lost their words; another lets them in again."""
    other = town.chance.choice([o for o in town.members if o is not one] or [None])
    if other is None:
        return
    member = Member.objects.get(holder=other.holder)
    invitation, code = acts.invite(by=by, at=town.at, name=member.name, member=member)
    newcomer = accept(town, code, member.name)
    acts.confirm(by=by, at=town.at, invitation=invitation, known=newcomer.keys.public.fingerprint)
    for site in Site.objects.all():
        if open_accesses(site.accesses.filter(member=member), town.at.date()).exists():
            give_access(by=by, at=town.at, site=site, member=Member.objects.get(pk=member.pk))
    town.members[town.members.index(other)] = newcomer
    town.gone.append(other)


def change_role(town: Town, one: One, by: Member) -> None:
    member = town.pick(Member.objects.filter(left_on=None))
    acts.change_role(by=by, at=town.at, member=member, role=town.chance.choice(list(Member.Role)))


def unlock_anew(town: Town, one: One) -> None:
    one.workspace.close()
    holder, one.keys = holders.unlock(one.login, one.passphrase)
    one.workspace = holders.open_workspace(holder, one.keys)
    chores.see_to_all(one.workspace, at=town.at)


# --- places --------------------------------------------------------------------------------------


def site(town: Town, one: One, by: Member) -> None:
    if Site.objects.count() < 5:
        made = open_site(by=by, at=town.at, kind="workplace", name=town.name("Site"))
        add_unit(by=by, at=town.at, site=made, name=town.name("Unit"))


def give(town: Town, one: One, by: Member) -> None:
    where, member = town.pick(Site.objects.all()), town.pick(Member.objects.filter(left_on=None))
    if where:
        give_access(by=by, at=town.at, site=where, member=member)


def take(town: Town, one: One, by: Member) -> None:
    if where := town.pick(Site.objects.all()):
        take_access(by=by, at=town.at, site=where, member=town.pick(where.members()))


# --- persons -------------------------------------------------------------------------------------


def person(town: Town, one: One, by: Member) -> None:
    if where := town.pick(Site.objects.all()):
        unit = town.pick(where.units.all())
        people.add_person(by=by, at=town.at, site=where, name=town.name("Person"), unit=unit)


def talk(town: Town, one: One, by: Member) -> None:
    if who := town.pick(Person.objects.all()):
        words = town.name("Words")
        log_talk(by=by, at=town.at, persons=[who], how="talked", words=words, next_what=town.name("Next"))


def observe(town: Town, one: One, by: Member) -> None:
    if where := town.pick(Site.objects.all()):
        note_observation(by=by, at=town.at, site=where, what=town.name("What"))


def keep_promise(town: Town, one: One, by: Member) -> None:
    todo = town.pick(ToDo.objects.filter(done_at=None, dropped_at=None))
    if todo:
        finish(by=by, at=town.at, todo=todo)
    else:
        promise(by=by, at=town.at, member=by, what=town.name("What"), due=town.at.date())


def edit(town: Town, one: One, by: Member) -> None:
    if who := town.pick(Person.objects.all()):
        people.edit_person(by=by, at=town.at, person=who, matters=town.name("Matters"))
        people.take_on(by=by, at=town.at, person=who, member=by, rhythm_days=14)


def move(town: Town, one: One, by: Member) -> None:
    who, to = town.pick(Person.objects.all()), town.pick(Site.objects.all())
    if who and to and who.site_id != to.pk:
        moving.move_person(by=by, at=town.at, person=who, site=to)


def merge(town: Town, one: One, by: Member) -> None:
    who = town.pick(Person.objects.all())
    other = town.pick(Person.objects.filter(site=who.site_id).exclude(pk=who.pk)) if who else None
    if other:
        merging.merge_persons(by=by, at=town.at, keep=who, other=other, values={"matters": town.name("Both")})


def unmerge(town: Town, one: One, by: Member) -> None:
    if merged := town.pick(Merged.objects.all()):
        merging.unmerge(by=by, at=town.at, merged=merged)


def erase(town: Town, one: One, by: Member) -> None:
    if who := town.pick(Person.objects.all()):
        name = who.name
        erasing.erase_person(by=by, at=town.at, person=who)
        town.erased.add(name)


def delete(town: Town, one: One, by: Member) -> None:
    if who := town.pick(Person.objects.all()):
        people.delete_person(by=by, at=town.at, person=who)


def undo(town: Town, one: One, by: Member) -> None:
    if done := history.recent(limit=6):
        history.undo(town.chance.choice(done), at=town.at)


def fade(town: Town, one: One, by: Member) -> None:
    fading.fade_due(by=by, at=town.at)
    history.shred_old(one.workspace, now=town.at)


# --- lists ---------------------------------------------------------------------------------------


def bring_in(town: Town, one: One, by: Member) -> None:
    where = town.pick(Site.objects.all())
    if not where:
        return
    names = [town.name("Listed") for _ in range(town.chance.randrange(3, 30))]
    data = "Name,Phone\n" + "".join(f"{name},202555{n:04}\n" for n, name in enumerate(names))
    one_list = lists.read_list(by=by, at=town.at, site=where, data=data.encode(), region="US")
    taking = taking_of(one_list, None)
    lists.begin(by=by, at=town.at, id=one_list.pk, taking=taking)
    for _ in range(town.chance.randrange(1, 4)):
        lists.step(by=by, at=town.at, id=one_list.pk)


def take_back(town: Town, one: One, by: Member) -> None:
    if done := town.pick(Import.objects.filter(state=Import.State.DONE)):
        lists.begin_undo(by=by, at=town.at, id=done.pk, everybody=True)
        for _ in range(4):
            lists.undo_step(by=by, at=town.at, id=done.pk)


# --- keys and disks ------------------------------------------------------------------------------


def reseal(town: Town, one: One, by: Member) -> None:
    for _ in range(town.chance.choice([1, 3, 40])):
        done, total = resealing.step(one.workspace)
        if done == total:
            return


def kit(town: Town, one: One) -> None:
    """Two make a kit and vouch for it; now and then it is given up."""
    other = town.someone()
    if other is one:
        return
    found: list[str] = []
    for keeper in (one, other):
        with keeper.workspace.bound():
            keeper.workspace.catch_up()
            by, now = me(keeper), Kit.objects.filter(retired_on=None).first()
            if now and now.second_half:
                if town.chance.random() < 0.3:
                    acts.retire_kit(by=by, at=town.at, kit=now)
                    town.sheets = None
                return
            found.append(acts.make_half(by=by, at=town.at, kit=now)[1])
    for keeper in (one, other):
        with keeper.workspace.bound():
            keeper.workspace.catch_up()
            acts.vouch_for_kit(by=me(keeper), at=town.at, kit=Kit.objects.get(retired_on=None))
    town.sheets = (found[0], found[1])


def lose_the_server(town: Town, one: One) -> None:
    """Back up, go on a little, lose everything, bring it back; whoever left meanwhile is said to be gone."""
    with one.workspace.bound():
        one.workspace.catch_up()
        if not me(one).is_coordinator:
            return
    file = town.folder / f"backup-{town.number}"
    backup.write(file)
    before = {o.holder for o in town.members}
    for _ in range(5):
        town.step(["talk", "person", "edit", "leave"])
    everybody = [o for o in town.members + town.gone if o.holder in before]
    for other in town.members:
        other.workspace.close()
    empty()
    ledger_restoring.restore(file)
    file.unlink()
    come_back(town, everybody)


def come_back(town: Town, everybody: list[One]) -> None:
    """All who were there in the backup; a coordinator confirms who still is."""
    still = [o for o in everybody if o in town.members]
    back = []
    for other in everybody:
        holder, other.keys = holders.unlock(other.login, other.passphrase)
        other.workspace = holders.open_workspace(holder, other.keys)
        back.append(other)
    first = next(o for o in still if is_coordinator(o))
    gone = [o.holder for o in back if o not in still]
    with first.workspace.bound():
        left = Member.objects.filter(holder__in=gone, left_on=None)
        restoring.confirm_restored(by=me(first), at=town.at, gone=list(left))
    town.members = still
    town.gone += [o for o in back if o not in still and o not in town.gone]
    town.sheets = None


def is_coordinator(one: One) -> bool:
    with one.workspace.bound():
        return me(one).is_coordinator


def empty() -> None:
    """As on a new server."""
    from masslink.vault.models import Collective, ConsoleCode

    with transaction.atomic("default"):
        Collective.objects.all().delete()
        ConsoleCode.objects.all().delete()
        with connections["default"].cursor() as cursor:
            for table in reading.LEDGER:
                cursor.execute(f"DELETE FROM vault_{table}")


# How often each is done, among two thousand.
STEPS = {
    "join": 40, "leave": 12, "new_keys": 8, "change_role": 4, "unlock_anew": 60, "site": 10, "give": 40,
    "take": 14, "person": 300, "talk": 400, "observe": 60, "keep_promise": 120, "edit": 160, "move": 40,
    "merge": 40, "unmerge": 20, "erase": 25, "delete": 40, "undo": 90, "fade": 30, "bring_in": 14,
    "take_back": 6, "reseal": 60, "kit": 12, "lose_the_server": 2,
}  # fmt: skip
ALONE = {"unlock_anew", "kit", "lose_the_server"}
ALONE_STEPS: dict[str, Callable[[Town, One], None]] = {
    "unlock_anew": unlock_anew, "kit": kit, "lose_the_server": lose_the_server,
}  # fmt: skip
PLAYED: dict[str, Callable[[Town, One, Member], None]] = {
    "join": join, "leave": leave, "new_keys": new_keys, "change_role": change_role, "site": site, "give": give,
    "take": take, "person": person, "talk": talk, "observe": observe, "keep_promise": keep_promise, "edit": edit,
    "move": move, "merge": merge, "unmerge": unmerge, "erase": erase, "delete": delete, "undo": undo, "fade": fade,
    "bring_in": bring_in, "take_back": take_back, "reseal": reseal,
}  # fmt: skip


# --- what must hold ------------------------------------------------------------------------------


def all_is_well(town: Town) -> None:
    """Everybody agrees with everybody and with the ledger, which is whole and shows nothing; who left is out."""
    for one in town.members:
        with one.workspace.bound():
            one.workspace.catch_up()
    reading.assert_agree(*(one.workspace for one in town.members))
    common_is_common(town)
    ours = town.members[0].workspace.collective
    report = check([Insider(ours, one.holder, one.keys) for one in town.members])
    assert not report.findings, report.findings[:5]
    assert not drill.look_for([MARK], drill.sealed_bytes(ours))[MARK]
    for one in town.gone:
        assert not Holder.objects.filter(pk=one.holder).exists()
        with suppress(Removed, Locked), one.workspace.bound():
            one.workspace.catch_up()
            raise AssertionError("who left came in")
    nobody_erased_is_back(town)


def nobody_erased_is_back(town: Town) -> None:
    for one in town.members:
        with one.workspace.bound():
            back = Person.objects.filter(name__in=town.erased).values_list("name", flat=True)
            assert not set(back), "somebody erased is there again"


def common_is_common(town: Town) -> None:
    """Whoever holds a circle reads the same in it; and what isn't in anybody's workspace is in nobody's circle."""
    seen: dict[str, tuple[str, dict[str, list[Any]]]] = {}
    for one in town.members:
        records = reading.caught_up(one.workspace)
        for circle in one.workspace.circles:
            mine = {
                kind: [row for row in rows if row[1] == circle.hex]
                for kind, rows in records.items()
                if "_" not in kind or kind in sealed_kinds()
            }
            name, theirs = seen.setdefault(circle.hex, (one.name, mine))
            assert mine == theirs, f"{one.name} and {name} read different things"
    assert Row.objects.exists()


def sealed_kinds() -> set[str]:
    from masslink.vault.schema import schema

    return set(schema().tables)


def play(folder: Path, *, seed: int, steps: int, every: int) -> Town:
    """Play so many steps, spread over two years, and look at everything at intervals and at the end."""
    town = begin(folder, seed)
    pause = timedelta(days=DAYS) / steps
    try:
        for number in range(steps):
            town.at = max(town.at, AT + pause * number)
            town.step()
            if number % every == every - 1:
                all_is_well(town)
        all_is_well(town)
    finally:
        for one in [*town.members, *town.gone]:
            sessions.end_all(one.holder)
            one.workspace.close()
    return town
