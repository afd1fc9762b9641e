"""A person's whole file: everything recorded about them stands on one page."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.urls import reverse

from masslink.collective.models import Member
from masslink.conftest import AT, Someone
from masslink.people.acts import edit_person, record_deed, take_on
from masslink.people.belongings import parts
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.tasks.acts import promise
from masslink.vault import history
from masslink.vault.act import act

# What stays off the page: made of what is shown, or of no meaning to a reader.
UNSHOWN = {
    ("Person", "phone_search"),
    *(("Deed", name) for name in ("deed_kind", "origin_kind")),
    ("ToDo", "origin_kind"),
    ("Idea", "origin_kind"),
    ("IdeaAnswer", "became_kind"),
    ("ImportRow", "state"),
    ("Import", "region"),
    ("Import", "state"),
    ("Kept", "of_kind"),
    # It would endanger those who were informed on; the sheet says so to everybody.
    *(("Caution", name) for name in ("seen", "safe", "confirmed_seen")),
}


def text_fields(model: type[models.Model]) -> list[models.Field]:
    kinds = (models.CharField, models.TextField)
    named = [f for f in model._meta.concrete_fields if isinstance(f, kinds)]
    return [f for f in named if (model.__name__, f.name) not in UNSHOWN and not f.choices]


def test_no_text_about_a_person_is_left_out(ana: Someone, person: Person) -> None:
    """A word of its own in every text of every kind that hangs on them; each has to stand on the page."""
    expected: list[str] = []

    def filled(model: type[models.Model]) -> dict[str, str]:
        values = {f.name: f"{model.__name__}-{f.name}"[: f.max_length or 99] for f in text_fields(model)}
        expected.extend(values.values())
        return values

    with ana.workspace.bound():
        with act("filled", at=AT):
            for name, value in filled(Person).items():
                setattr(person, name, value)
            person.save()
        for part in parts():
            if not part.belongs.of:
                _one_of(part, person, ana, filled(part.model))
    page = ana.client.get(reverse("person-file", args=[person.pk])).content.decode()
    assert [text for text in expected if text not in page] == []
    assert len(expected) > 12


def _one_of(part, person: Person, ana: Someone, texts: dict[str, str]) -> None:
    values = _values(part.model, person, ana, texts)
    if part.model.kind == "import_row":
        values["fields"] = {"name": "said in a list"}
    values[part.field] = (
        person if isinstance(part.model._meta.get_field(part.field), models.ForeignKey) else person.pk
    )
    with act("filled", at=AT):
        part.model(circle=person.circle, **values).save()


def _values(model, person: Person, ana: Someone, texts: dict[str, str]) -> dict[str, Any]:
    """What a record can't be without; what it points to is made, if need be."""
    values: dict[str, Any] = dict(texts)
    for field in model._meta.concrete_fields:
        known = field.name in values or field.name in ("id", "circle", "version")
        if not (known or field.null or field.has_default()):
            values[field.name] = _some(field, person, ana)
    return values


def _some(field, person: Person, ana: Someone):
    if isinstance(field, models.ForeignKey):
        target: Any = field.related_model
        known: Any = {Member: ana.member, Site: person.site}.get(target)
        if known is None:
            with act("filled", at=AT):
                known = target(circle=person.circle, **_values(target, person, ana, {}))
                known.save()
        return known
    if isinstance(field, models.DateTimeField):
        return AT
    if isinstance(field, models.DateField):
        return AT.date()
    if isinstance(field, models.UUIDField):
        return person.pk
    usual = "somebody" if isinstance(field, models.CharField | models.TextField) else 1
    return next(iter(dict(field.flatchoices)), usual)


def test_it_says_who_reads_it_and_where_they_came_from(ana: Someone, person: Person) -> None:
    with ana.workspace.bound():
        take_on(by=ana.member, at=AT, person=person, member=ana.member, rhythm_days=14, aim="chairs once")
        record_deed(by=ana.member, at=AT, person=person, kind="talked", words="The fans.")
        promise(by=ana.member, at=AT, member=ana.member, what="Bring it", due=AT.date(), person=person)
    page = ana.client.get(reverse("person-file", args=[person.pk])).content.decode()
    for text in (
        "202 555 0147",
        "Packing",
        "chairs once",
        "The fans.",
        "Bring it",
        "whoever has access to Warehouse",
    ):
        assert text in page, text
    assert "What you may ask of us" in page and "data-print" in page


def test_showing_it_to_them_is_noted_once_and_can_be_undone(ana: Someone, person: Person) -> None:
    url = reverse("person-file", args=[person.pk])
    assert "They know now" in ana.client.get(url).content.decode()
    for _twice in range(2):
        assert ana.client.post(url).status_code == 302
    with ana.workspace.bound():
        assert Person.objects.get().knows_since is not None
        assert [d.kind for d in history.recent(limit=2)] == ["person_knows", "person_added"]
    assert "They know now" not in ana.client.get(url).content.decode()
    with ana.workspace.bound():
        history.undo(history.recent(limit=1)[0], at=AT)
        assert Person.objects.get().knows_since is None


def test_the_number_of_questions_stays_the_same(
    ana: Someone, person: Person, django_assert_max_num_queries
) -> None:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    url, counts = reverse("person-file", args=[person.pk]), []
    for many in (1, 30):
        with ana.workspace.bound():
            for n in range(many):
                record_deed(by=ana.member, at=AT - timedelta(days=n), person=person, kind="talked", words="x")
            edit_person(by=ana.member, at=AT, person=Person.objects.get(), matters="x")
            with CaptureQueriesContext(connections["open"]) as asked:
                ana.client.get(url)
            counts.append(len(asked))
    assert counts[0] == counts[1]
