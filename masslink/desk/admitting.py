"""Letting somebody in: four words compared, the places they work at, and whether we kept notes on them until now."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db import IntegrityError
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from masslink.collective import acts
from masslink.collective.acts import NotNow
from masslink.collective.doors import Request, flash
from masslink.collective.forms import PLAIN, tidy_words
from masslink.collective.inviting_views import may_decline
from masslink.collective.models import Invitation, Member
from masslink.core.pages import MEMBER, fetch, go, page
from masslink.people.acts import became_member
from masslink.people.models import Person
from masslink.people.picking import KNOWN, Picking
from masslink.sites.acts import ask_for_access, give_access, open_accesses
from masslink.sites.models import Access, Site
from masslink.vault import invitations
from masslink.vault.act import Conflict, OutOfPlace, act
from masslink.vault.holders import OtherKeys
from masslink.vault.suite import Fingerprint
from masslink.vault.workspace import current

SUGGESTED = 5


# --- four words ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Compared:
    """The newcomer's four words as they come from the keys the ledger shows; one of them is asked for, not shown."""

    invitation: Invitation
    known: Fingerprint

    @cached_property
    def words(self) -> list[str]:
        secret = bytes.fromhex(self.invitation.secret)
        return invitations.words_to_compare(current().root, self.known, secret)

    @property
    def gap(self) -> int:
        """Which one is asked for: always the same, or whoever looks twice would see all four."""
        return int(self.invitation.secret[:8], 16) % len(self.words)

    @property
    def shown(self) -> list[str]:
        """An empty text where the gap is."""
        return ["" if place == self.gap else word for place, word in enumerate(self.words)]


def _compared(invitation: Invitation) -> Compared | None:
    public = invitations.newcomer(invitation.holder)
    return Compared(invitation, public.fingerprint) if public else None


class AdmitForm(forms.Form):
    """The word that the newcomer reads aloud, and what they are let into."""

    word = forms.CharField(max_length=40, widget=forms.TextInput(attrs=PLAIN))
    known = forms.CharField(widget=forms.HiddenInput)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Which of your places do they work at?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    asked = forms.MultipleChoiceField(
        label=gettext_lazy("Whom shall we ask for a place you can't open?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "They find it on their first page. Tell them which place; here it isn't written."
        ),
    )

    def __init__(self, *args: Any, compared: Compared, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.compared = compared
        self.fields["known"].initial = compared.known.to_bytes().hex()
        self.fields["word"].label = _("Word %(number)d") % {"number": compared.gap + 1}
        self.fields["word"].error_messages["required"] = _("Type this word as they read it to you.")
        if compared.invitation.member_id:
            del self.fields["places"], self.fields["asked"]
            return
        others = Member.objects.filter(left_on=None).exclude(pk=by.pk)
        self._offer("places", {site.pk.hex: site for site in Site.objects.all()})
        self._offer("asked", {member.pk.hex: member for member in others})

    def _offer(self, name: str, found: dict[str, Any]) -> None:
        if not found:
            del self.fields[name]
            return
        self.fields[name].choices = [(id, one.name) for id, one in found.items()]  # type: ignore[attr-defined]

    def clean_word(self) -> str:
        word = tidy_words(self.cleaned_data["word"])
        if word != self.compared.words[self.compared.gap]:
            raise forms.ValidationError(
                _(
                    "This isn't the word that belongs here. Have it read once more. If it stays this one: turn "
                    "them away, somebody is in between or it is another person."
                )
            )
        return word

    def clean_known(self) -> Fingerprint:
        if self.cleaned_data["known"] != self.compared.known.to_bytes().hex():
            raise forms.ValidationError(
                _("The words changed while this page was open. Compare all four anew.")
            )
        return self.compared.known

    def chosen(self, name: str, among: Any) -> list[Any]:
        return list(among.filter(pk__in=self.cleaned_data.get(name) or []))


class Recorded(Picking):
    """Finds the newcomer among the people of our places; before anything is typed, those of the same name."""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, picks=KNOWN, **kwargs)
        self.name = name

    @cached_property
    def offered(self) -> list[Person]:
        if self.typed:
            return super().offered
        first = self.name.split()[0]
        alike = Q(name__istartswith=first) | Q(nickname__istartswith=first)
        free = Person.objects.filter(alike, member=None).exclude(reach=Person.Reach.NOT_AT_ALL)
        return [p for p in free.select_related("site", "unit")[: 2 * SUGGESTED] if p not in self.picked][
            :SUGGESTED
        ]

    def is_one(self) -> bool:
        """Whether those who were picked can be one person: at each place once, and nobody else's entry."""
        if not self.is_valid(required=False):
            return False
        if any(person.member_id for person in self.picked):
            self.errors.append(_("This is the entry of another member."))
        if len({person.site_id for person in self.picked}) < len(self.picked):
            self.errors.append(
                _("Two entries at one place: make one of them first, on their page under “More”.")
            )
        return not self.errors


# --- the page ------------------------------------------------------------------------------------


@page(MEMBER)
def confirm(request: Request, invitation_id: UUID) -> HttpResponse:
    """Three of the four words, a box for the fourth, and what they are let into. Or they differ."""
    invitation = fetch(Invitation.objects.select_related("member", "made_by"), pk=invitation_id)
    compared = _compared(invitation) if invitation.is_open else None
    if compared is None or not invitation.may_be_confirmed_by(request.member):
        return _not_here(request, invitation)
    posted = request.POST if request.method == "POST" else None
    form = AdmitForm(posted, compared=compared, by=request.member)
    picking = Recorded(request.POST, by=request.member, today=request.today, name=invitation.name)
    if posted is not None and picking.is_asked:
        form.errors.clear()
    elif posted is not None and all([form.is_valid(), picking.is_one()]):
        done = _let_in(request, invitation, form, picking.picked)
        if done:
            return done
    context = {"invitation": invitation, "compared": compared, "form": form, "picking": picking}
    context["now"] = request.now
    context |= {
        "again": _places_again(request, invitation),
        "may_decline": may_decline(invitation, request.member),
    }
    status = 422 if form.errors or picking.errors else 200
    return render(request, "desk/admit.html", context, status=status)


def _not_here(request: Request, invitation: Invitation) -> HttpResponse:
    """Answered already, nobody there yet, or somebody else's to do."""
    name = {"name": invitation.name}
    if invitation.confirmed_at:
        text = _("%(name)s was let in already.") % name
    elif invitation.declined_at:
        text = _("%(name)s was turned away, or the code was taken back.") % name
    elif not invitation.may_be_confirmed_by(request.member):
        text = _("Only coordinators compare words with %(name)s, and nobody with themselves.") % name
    else:
        text = _("Nobody has used this code yet, or they are gone again.")
    flash(request, text, kind="error")
    return go("invitations")


def _places_again(request: Request, invitation: Invitation) -> list[Access]:
    """Where a member with new keys worked, of the places at hand."""
    if invitation.member is None:
        return []
    found = open_accesses(Access.objects.filter(member=invitation.member), request.today)
    by_site = {access.site_id: access for access in found.select_related("site")}
    return list(by_site.values())


def _let_in(
    request: Request, invitation: Invitation, form: AdmitForm, persons: list[Person]
) -> HttpResponse | None:
    """One act for all of it. None where the form is shown once more."""
    by_at: dict[str, Any] = {"by": request.member, "at": request.now}
    renewed = invitation.member_id is not None
    try:
        with act("new_keys" if renewed else "admitted", at=request.now) as running:
            member = acts.confirm(**by_at, invitation=invitation, known=form.cleaned_data["known"])
            running.notes["member"] = member.pk.hex
            for access in _places_again(request, invitation):
                give_access(**by_at, site=access.site, member=member, until=access.until)
            for site in form.chosen("places", Site.objects):
                give_access(**by_at, site=site, member=member)
            for asked in form.chosen("asked", Member.objects.filter(left_on=None)):
                ask_for_access(**by_at, member=member, asked=asked)
            for person in persons:
                became_member(**by_at, person=person, member=member)
    except NotNow:
        flash(request, _("Nobody was let in: somebody else answered a moment before you."), kind="error")
        return go("invitations")
    except OtherKeys:
        form.add_error(None, _("The words changed while this page was open. Compare all four anew."))
        return None
    except (Conflict, OutOfPlace, IntegrityError):
        form.add_error(None, _("Somebody else wrote at the same moment. Nobody was let in yet; press again."))
        return None
    flash(request, _said(invitation, renewed=renewed))
    return go("members")


def _said(invitation: Invitation, *, renewed: bool) -> str:
    text = _("%(name)s is one of us now.")
    if renewed:
        text = _("%(name)s is in again, with new words. The old ones open nothing.")
    return text % {"name": invitation.name}
