"""Is it somebody whom we know already? Asked before a person is added twice."""

from functools import reduce
from operator import or_

from django.db.models import Q
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz, utils

from masslink.people.models import Person, phone_forms, phones_of
from masslink.sites.models import Site, Unit

ALIKE = 82
AT_MOST = 5
_BEGINNING = """SELECT p.id FROM masslink_person_fts f JOIN masslink_person p ON p.rowid = f.rowid
    WHERE masslink_person_fts MATCH %s AND p.site_id = %s LIMIT 2000"""


def similar(*, site: Site, unit: Unit | None, name: str, nickname: str = "", phone: str = "") -> list[Person]:
    """Persons of the site with the same phone, or at the same unit with a name much like this; likest first.

    Also those who have left or asked not to be contacted: adding them anew would lose just that.
    """
    known = Person.objects.filter(site=site).select_related("unit", "shift", "site")
    same_phone = list(known.filter(_has_phone(phone))[:AT_MOST]) if phones_of(phone) else []
    at_unit = known.filter(Q(unit=unit) | Q(unit=None)) if unit else known
    candidates = at_unit.filter(pk__in=_sounding_like(f"{name} {nickname}", site))
    scored = [(_score(p, name, nickname), p) for p in candidates]
    alike = [p for score, p in sorted(scored, key=lambda s: -s[0]) if score >= ALIKE]
    return [*same_phone, *(p for p in alike if p not in same_phone)][:AT_MOST]


def _has_phone(phone: str) -> Q:
    """Any of these numbers, perhaps beside others."""
    return reduce(or_, (Q(phone_search__contains=phone_forms(one)) for one in phones_of(phone)))


def _score(person: Person, name: str, nickname: str) -> float:
    typed = [n for n in (name, nickname) if n]
    theirs = [n for n in (person.name, person.nickname) if n]
    return max((_alike(a, b) for a in typed for b in theirs), default=0)


def _alike(one: str, other: str) -> float:
    """Of 100. A single word, often a first name or a nickname, is held against each word of the other."""
    single = len(one.split()) == 1 or len(other.split()) == 1
    ratio = fuzz.token_set_ratio if single else fuzz.token_sort_ratio
    return ratio(one, other, processor=utils.default_process)


def _sounding_like(names: str, site: Site) -> RawSQL | list[str]:
    """Who has a word that begins like one of these."""
    starts = {w[:3] for w in names.split()[:8] if w[:3].isalnum()}
    if not starts:
        return []
    match = " OR ".join(f'"{start}"*' for start in sorted(starts))
    return RawSQL(_BEGINNING, [f"{{name nickname}} : ({match})", site.id.hex])  # noqa: S611  text is a parameter
