"""The name a member goes by here: no two of us are called the same."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.vault.act import act


def tidy_name(typed: str, members: QuerySet[Member]) -> str:
    """A name without needless spaces. Raises ValidationError where one of these members is called so."""
    name = " ".join(typed.split())
    if name.casefold() in {one.casefold() for one in members.values_list("name", flat=True)}:
        raise ValidationError(_("One of us is called that already. Add a letter, or choose another name."))
    return name


def rename_member(*, by: Member, at: datetime, member: Member, name: str) -> UUID:
    """Go by another name from now on, also in what was written before. Returns the act's id."""
    with act("member_renamed", at=at) as running:
        member.name = name
        member.save()
    return running.id
