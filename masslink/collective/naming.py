"""The name a member goes by here: no two of us are called the same."""

import unicodedata
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.vault.act import act

UNSEEN = ("Cc", "Cf", "Cs")


def tidy_name(typed: str, members: QuerySet[Member]) -> str:
    """A name without needless spaces. Raises ValidationError where one of these members is called so.

    What can't be seen goes: it turns what is read around it, or makes two names look alike that aren't.
    """
    name = " ".join("".join(sign for sign in typed if unicodedata.category(sign) not in UNSEEN).split())
    if not name:
        raise ValidationError(_("Nothing of it can be seen. Choose a name of letters."))
    if key(name) in {key(one) for one in members.values_list("name", flat=True)}:
        raise ValidationError(_("One of us is called that already. Add a letter, or choose another name."))
    return name


def key(name: str) -> str:
    """Two names with the same key can't be told apart by everybody."""
    return unicodedata.normalize("NFKC", name).casefold()


def rename_member(*, by: Member, at: datetime, member: Member, name: str) -> UUID:
    """Go by another name from now on, also in what was written before. Returns the act's id."""
    with act("member_renamed", at=at) as running:
        member.name = name
        member.save()
    return running.id
