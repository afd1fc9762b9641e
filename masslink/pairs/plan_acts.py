"""What is written about planning: what members can, what the collective wishes for, drafts, a plan that is adopted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from masslink.collective.models import Member
from masslink.core.clock import day_of
from masslink.pairs.acts import Work, change_works, end_pair, make_pair, pair_of
from masslink.pairs.models import NotHere, Pair, Plan, Readiness, Wishes
from masslink.pairs.plan_draft import Choice, store_choices
from masslink.sites.acts import give_access
from masslink.sites.models import Site
from masslink.vault.act import act
from masslink.vault.workspace import current


def say_readiness(
    *,
    by: Member,
    at: datetime,
    languages: str,
    times: list[str],
    at_most: int,
    experienced: bool,
    not_here: Iterable[Site] | None = None,
) -> UUID:
    """What a member says of themselves; at which of their places they can't for now. Returns the act's id."""
    with act("readiness_said", at=at) as running:
        said = Readiness.objects.filter(member=by).first()
        said = said or Readiness(circle=current().collective_circle, member=by)
        said.languages, said.times, said.at_most = languages, times, at_most
        said.experienced, said.said_on = experienced, day_of(at)
        said.save()
        if not_here is not None:
            _say_where_not(by, at, {site.pk: site for site in not_here})
    return running.id


def _say_where_not(by: Member, at: datetime, wanted: dict[UUID, Site]) -> None:
    for said in where_not(by, at):
        if wanted.pop(said.site_id, None) is None:
            said.until = day_of(at)
            said.save()
    for site in wanted.values():
        NotHere(circle=site.circle, site=site, member=by, since=day_of(at)).save()


def where_not(member: Member, at: datetime) -> list[NotHere]:
    today = day_of(at)
    return list(NotHere.objects.filter(Q(until=None) | Q(until__gt=today), member=member))


def say_wishes(*, by: Member, at: datetime, weights: dict[str, int]) -> UUID:
    """How much each wish weighs from now on; what was said before stays to be seen. Returns the act's id."""
    with act("plan_wishes_said", at=at) as running:
        Wishes(circle=current().collective_circle, weights=weights, at=at, by=by).save()
    return running.id


# --- drafts --------------------------------------------------------------------------------------


def draft_plan(
    *, by: Member, at: datetime, sites: Iterable[Site], most_works: int, found: dict[str, Any], id: UUID
) -> Plan:
    """A proposal to work on, in one's own circle."""
    with act("plan_drafted", at=at):
        plan = Plan(
            id=id,
            circle=current().own_circle,
            made_at=at,
            sites=[site.pk.hex for site in sites],
            most_works=most_works,
            found=found,
        )
        plan.save()
    return plan


def change_plan(
    *, by: Member, at: datetime, plan: Plan, choices: Iterable[Choice], found: dict[str, Any]
) -> UUID:
    """What was fixed by hand, and what came out around it. Returns the act's id."""
    with act("plan_changed", at=at) as running:
        plan.choices, plan.found = store_choices(choices), found
        plan.save()
    return running.id


def discard_plan(*, by: Member, at: datetime, plan: Plan) -> UUID:
    with act("plan_discarded", at=at) as running:
        plan.delete()
    return running.id


# --- adopting ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Adopted:
    """Two at a place, what they work there from now on, and who of them needs access."""

    site: Site
    one: Member
    other: Member
    works: tuple[Work, ...]
    without_access: tuple[Member, ...] = ()


def adopt_plan(
    *, by: Member, at: datetime, plan: Plan, pairs: Iterable[Adopted], ending: Iterable[Pair] = ()
) -> UUID:
    """The pairs of a plan, with the access they need; others end. Returns the act's id.

    Raises OtherKeys, NotTwo, OutOfPlace, Conflict; then nothing of it was written.
    """
    with act("plan_adopted", at=at) as running:
        let_in: set[tuple[UUID, UUID]] = set()
        for pair in ending:
            end_pair(by=by, at=at, pair=pair)
        for two in pairs:
            for member in two.without_access:
                if (two.site.pk, member.pk) not in let_in:
                    give_access(by=by, at=at, site=two.site, member=member)
                    let_in.add((two.site.pk, member.pk))
            _form(by, at, two)
        plan.adopted_at = at
        plan.save()
    return running.id


def _form(by: Member, at: datetime, two: Adopted) -> None:
    """Where the two are a pair already, units and shifts are those of the plan; their persons stay theirs."""
    pair = pair_of(two.site, two.one, two.other, day_of(at))
    if pair is None:
        make_pair(by=by, at=at, site=two.site, one=two.one, other=two.other, works=two.works)
        return
    persons = [Work(person=work.person) for work in pair.works.select_related("person") if work.person]
    change_works(by=by, at=at, pair=pair, works=[*two.works, *persons])
