"""Bringing a list in through the web: what comes in, what stays behind, what adds up."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from masslink.conftest import AT
from masslink.conversations.acts import log_talk
from masslink.exchange import acts, blocks, undoing
from masslink.exchange.models import Import, ImportRow
from masslink.people.acts import add_person, edit_person, take_on
from masslink.people.models import Deed, Link, LinkState, Person
from masslink.sites.acts import open_site, rename
from masslink.sites.models import Shift, Unit
from masslink.vault import history
from masslink.vault.models import Chunk
from tests.lists import make_list

HTMX = {"HTTP_HX_REQUEST": "true"}
SMALL = b"""Name,Phone,Email,Department,Shift,Party,Birth date,Notes
Rosa Lima,202 555 0101,rosa@x.example,Packing,Night,green,1990-01-02,
Omar Haddad,202 555 0102,,Docks,,,,likes chess
,,,,,,,nobody here
Ina Weber,12,ina@,Packing,,,,
"""


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(blocks, "STEP", 7)


def upload(someone, site, data, name="list.csv", **more):
    page = someone.client.get(reverse("import-new"))
    once = page.context["form"].initial["once"]
    sent = {
        "once": once,
        "site": str(site.pk),
        "region": "US",
        "file": SimpleUploadedFile(name, data),
        **more,
    }
    return someone.client.post(reverse("import-new"), sent), once


def chosen(page, **changes):
    """The mapping form as a browser would send it."""
    columns, sent = page.context["columns"], dict[str, str]()
    for column in [*columns.taken, *columns.left]:
        sent[f"column-{column.at}"] = column.chosen
    for choice in page.context["parts"]:
        for value in choice.values:
            sent[value.name] = next((id for id, _, picked in value.options if picked), "")
    return {**sent, **changes}


def bring_in(someone, site, data, **changes):
    _, id = upload(someone, site, data)
    url = reverse("import", args=[id])
    someone.client.post(url, {**chosen(someone.client.get(url), **changes)})
    return run(someone, id)


def run(someone, id):
    for _ in range(100):
        if someone.client.get(reverse("import", args=[id])).templates[0].name != "exchange/going.html":
            break
        someone.client.post(reverse("import-step", args=[id]))
    with someone.workspace.bound():
        return Import.objects.get(pk=id)


def people(someone):
    """Everybody with all their fields, but not how often they were written."""
    with someone.workspace.bound():
        return {p["id"]: {**p, "version": 0} for p in Person.objects.values()}


def adds_up(one):
    return one.added + one.known + one.waiting + one.left_out == one.rows


def test_a_list_comes_in_and_says_what_became_of_each_row(ana, site):
    one = bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        rosa = Person.objects.get(name="Rosa Lima")
        assert rosa.unit and rosa.shift
        assert (rosa.phone, rosa.email, rosa.unit.name, rosa.shift.name) == (
            "+12025550101",
            "rosa@x.example",
            "Packing",
            "Night",
        )
        assert (rosa.birthday, rosa.source, rosa.circle) == ("", one.pk, site.circle)
        ina = Person.objects.get(name="Ina Weber")
        assert (ina.phone, ina.email) == ("12", "")
        assert set(ImportRow.objects.values_list("state", "wrong")) == {("out", 1), ("added", 2)}
    assert (one.added, one.left_out, one.state) == (3, 1, "done")
    page = ana.client.get(reverse("import", args=[one.pk])).content.decode()
    assert "Brought in 3 people; 1 was not brought in." in page
    wrong = ana.client.get(reverse("import-problems", args=[one.pk])).content.decode()
    assert "nobody in this row" in wrong and "is not an e-mail address" in wrong
    file = ana.client.get(reverse("import-problems-file", args=[one.pk]))
    assert file.headers["Content-Disposition"].startswith("attachment") and b"nobody here" in file.content


def test_an_import_makes_nobody_due_and_nobody_deep(ana, site):
    bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        assert not (Deed.objects.exists() or Link.objects.exists() or LinkState.objects.exists())


def test_the_rows_are_shredded_once_they_are_in(ana, site):
    upload(ana, site, SMALL)
    assert Chunk.objects.exists()
    Chunk.objects.all().delete()
    bring_in(ana, site, SMALL)
    assert not Chunk.objects.exists()


def test_refused_columns_are_not_even_sealed_and_cannot_be_forced(ana, site):
    _, id = upload(ana, site, SMALL)
    with ana.workspace.bound():
        one = Import.objects.get(pk=id)
        assert all(cells[5] == "" for _, cells in blocks.read_all(one))
    url = reverse("import", args=[id])
    page = ana.client.get(url)
    assert [c.heading for c in page.context["columns"].refused] == ["Party"]
    crafted = {**chosen(page), "column-5": "matters", "column-6": "birthday"}
    again = ana.client.post(url, crafted)
    assert "left out" in again.content.decode()
    ana.client.post(url, {**crafted, "column-5": ""})
    run(ana, id)
    assert {p["birthday"] for p in people(ana).values()} == {""}
    assert not any("green" in p["matters"] for p in people(ana).values())


def test_birth_dates_come_in_only_where_somebody_insists(ana, site):
    bring_in(ana, site, SMALL, **{"need-birth": "on"})
    assert "1990-01-02" in {p["birthday"] for p in people(ana).values()}


def test_units_are_matched_made_or_left(ana, site, unit):
    _, id = upload(ana, site, SMALL)
    url = reverse("import", args=[id])
    page = ana.client.get(url)
    options = {
        value.name: [o[1] for o in value.options if o[2]] for c in page.context["parts"] for value in c.values
    }
    assert options == {"unit:packing": ["Packing"], "unit:docks": ["make it"], "shift:night": ["make it"]}
    sent = chosen(page, **{"unit:docks": "", "shift:night": "new"})
    ana.client.post(url, {**sent})
    one = run(ana, id)
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Packing"]
        assert [s.name for s in Shift.objects.all()] == ["Night"]
        assert Person.objects.get(name="Omar Haddad").unit is None
    assert one.made["unit"] == [] and len(one.made["shift"]) == 1


def test_one_unit_for_everybody(ana, site, unit):
    bring_in(ana, site, b"Name,Phone\nRosa Lima,2025550101\n", **{"all-unit": unit.pk.hex})
    with ana.workspace.bound():
        assert Person.objects.get().unit_id == unit.pk


def test_the_preview_follows_what_is_chosen(ana, site):
    _, id = upload(ana, site, SMALL)
    url = reverse("import", args=[id])
    page = ana.client.post(url, {"column-7": "name", "look": "1"}, **HTMX)
    assert page.templates[0].name == "exchange/preview.html"
    assert [name for name, _ in page.context["preview"]] == ["likes chess", "nobody here"]
    nobody = ana.client.post(url, {})
    assert "Say which column holds the names" in nobody.content.decode()


def test_the_same_list_twice_adds_nobody_twice(ana, site):
    data = make_list(300, 4) + b"9,Solo,,,,,,,,,,\n9,,Lupe,,,,,,,,,\n"
    first = bring_in(ana, site, data)
    with ana.workspace.bound():
        waiting = list(ImportRow.objects.filter(state="waiting").values_list("pk", flat=True))
    ana.client.post(
        reverse("import-waiting", args=[first.pk]), {"all": "other", "shown": [w.hex for w in waiting]}
    )
    before = people(ana)
    again = bring_in(ana, site, data)
    assert adds_up(first) and adds_up(again)
    assert first.added > 280
    assert (again.added, again.left_out) == (0, 0)
    assert again.waiting >= 6  # those without an e-mail: only their names agree
    assert people(ana) == before


def test_a_row_that_stands_twice_in_one_list(ana, site):
    one = bring_in(
        ana, site, b"Name,Email\nRosa Lima,r@x.example\nRosa Lima,r@x.example\nLuis Lima,r@x.example\n"
    )
    assert (one.added, one.known) == (2, 1)


def test_whoever_wants_no_contact_is_known_and_never_revived(ana, site):
    with ana.workspace.bound():
        add_person(
            by=ana.member,
            at=AT,
            site=site,
            name="Rosa Lima",
            email="rosa@x.example",
            reach="not_at_all",
        )
    one = bring_in(ana, site, SMALL)
    assert one.known == 1
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    assert "They asked not to be contacted at all" in page.content.decode()
    row = page.context["pairs"][0].row.pk.hex
    ana.client.post(reverse("import-known", args=[one.pk]), {"same": row})
    with ana.workspace.bound():
        assert [(p.phone, p.reach) for p in Person.objects.filter(name="Rosa Lima")] == [("", "not_at_all")]


def known_rosa(ana, site, **fields):
    with ana.workspace.bound():
        return add_person(by=ana.member, at=AT, site=site, name="Rosa Lima", **fields)


def test_merging_fills_what_is_empty_and_overwrites_nothing(ana, site):
    rosa = known_rosa(ana, site, email="rosa@x.example", matters="the break")
    one = bring_in(ana, site, SMALL.replace(b"1990-01-02,", b"1990-01-02,the clock"))
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    pair = page.context["pairs"][0]
    assert set(pair.new) == {"phone", "unit", "shift"}
    ana.client.post(reverse("import-known", args=[one.pk]), {"same": pair.row.pk.hex})
    with ana.workspace.bound():
        rosa = Person.objects.get(pk=rosa.pk)
        assert rosa.unit
        assert (rosa.phone, rosa.matters, rosa.unit.name) == ("+12025550101", "the break", "Packing")
        assert adds_up(Import.objects.get(pk=one.pk))


def test_answers_are_given_once(ana, site):
    known_rosa(ana, site, phone="+12025550101", email="other@x.example")
    with ana.workspace.bound():
        edit_person(by=ana.member, at=AT, person=Person.objects.get(), name="Zora Kaya")
    one = bring_in(ana, site, SMALL)
    assert one.waiting == 1
    page = ana.client.get(reverse("import-waiting", args=[one.pk]))
    row = page.context["pairs"][0].row.pk.hex
    for _ in range(2):
        ana.client.post(reverse("import-waiting", args=[one.pk]), {"other": row})
    ana.client.post(reverse("import-waiting", args=[one.pk]), {"same": row})
    with ana.workspace.bound():
        assert Person.objects.filter(name="Rosa Lima").count() == 1
        one = Import.objects.get(pk=one.pk)
        assert (one.waiting, one.added) == (0, 3) and adds_up(one)


def test_somebody_alike_at_another_place_is_asked_about_and_only_the_bringer_learns_it(ana, ben, shared_site):
    with ana.workspace.bound():
        hill = open_site(by=ana.member, at=AT, kind="neighbourhood", name="Blocks")
        add_person(by=ana.member, at=AT, site=hill, name="Rosa Lima", email="rosa@x.example")
    one = bring_in(ana, shared_site, SMALL)
    assert one.waiting == 1
    page = ana.client.get(reverse("import-waiting", args=[one.pk]))
    assert "Known at Blocks" in page.content.decode()
    with ben.workspace.bound():
        ben.workspace.catch_up()
        assert not ImportRow.objects.filter(state="waiting").exists()
    ana.client.post(reverse("import-waiting", args=[one.pk]), {"same": page.context["pairs"][0].row.pk.hex})
    with ana.workspace.bound():
        assert Person.objects.get(name="Rosa Lima").phone == ""
        assert Import.objects.get(pk=one.pk).known == 1


# --- steps -----------------------------------------------------------------------------------------


def begun(ana, site, data):
    _, id = upload(ana, site, data)
    url = reverse("import", args=[id])
    ana.client.post(url, {**chosen(ana.client.get(url))})
    return id


def test_a_step_that_fails_leaves_nothing_and_the_next_goes_on(ana, site, monkeypatch):
    id = begun(ana, site, make_list(40, 1))
    ana.client.post(reverse("import-step", args=[id]))
    real = Import.save
    with monkeypatch.context() as planted, pytest.raises(RuntimeError):
        planted.setattr(Import, "save", lambda self, **k: (_ for _ in ()).throw(RuntimeError))
        ana.client.post(reverse("import-step", args=[id]))
    assert Import.save is real
    assert len(people(ana)) == 7
    one = run(ana, id)
    assert adds_up(one) and one.added == 40 == len(people(ana))


def test_two_tabs_and_two_members_bring_nobody_in_twice(ana, ben, shared_site):
    id = begun(ana, shared_site, make_list(60, 2))
    for _ in range(6):
        for someone in (ana, ben):
            someone.client.post(reverse("import-step", args=[id]), **HTMX)
    one = run(ana, id)
    assert adds_up(one) and one.added == 60 == len(people(ana))
    for _ in range(2):
        done = ana.client.post(reverse("import-step", args=[id]), **HTMX)
        assert done.headers["HX-Redirect"] == reverse("import", args=[id])
    assert len(people(ana)) == 60


def test_people_changed_meanwhile_are_seen(ana, site):
    data = make_list(30, 3)
    id = begun(ana, site, data)
    ana.client.post(reverse("import-step", args=[id]))
    with ana.workspace.bound():
        last = data.decode().splitlines()[-1].split(",")
        add_person(by=ana.member, at=AT, site=site, name=f"{last[2]} {last[1]}", email=last[-1])
    one = run(ana, id)
    assert (one.added, one.known) == (29, 1)


def test_a_person_deleted_and_a_unit_renamed_or_removed_during_the_import(ana, site):
    from masslink.people.acts import delete_person, remove_unit

    rows = [b"Name,Email,Department"]
    rows += [
        f"Person{at} Last{at},p{at}@x.example,{'Docks' if at % 2 else 'Packing'}".encode() for at in range(20)
    ]
    rows.append(b"Person0 Last0,p0@x.example,Packing")
    id = begun(ana, site, b"\n".join(rows))
    ana.client.post(reverse("import-step", args=[id]))
    with ana.workspace.bound():
        delete_person(by=ana.member, at=AT, person=Person.objects.get(name="Person0 Last0"))
        rename(by=ana.member, at=AT, part=Unit.objects.get(name="Docks"), name="Quay")
        remove_unit(by=ana.member, at=AT, unit=Unit.objects.get(name="Packing"))
    one = run(ana, id)
    assert one.added == 21 and adds_up(one)
    with ana.workspace.bound():
        assert Person.objects.filter(unit__name="Quay").count() == 10
        assert ImportRow.objects.filter(wrong__gt=0).count() == 7  # after the first step, each row of Packing
    assert "was taken away" in ana.client.get(reverse("import-problems", args=[id])).content.decode()


def test_locked_between_steps_it_goes_on_after_unlocking(ana, site):
    from masslink.vault.sessions import sessions

    id = begun(ana, site, make_list(20, 5))
    ana.client.post(reverse("import-step", args=[id]))
    sessions.end_all(ana.workspace.holder)
    locked = ana.client.post(reverse("import-step", args=[id]), {"version": "3"})
    assert locked.status_code == 401
    fields = {
        "login": ana.login,
        "passphrase": ana.passphrase,
        "to": reverse("import-step", args=[id]),
        "carried-version": "3",
    }
    ana.client.post(reverse("unlock"), fields)
    ana.client.post(reverse("import-step", args=[id]), {"version": "3"})
    for _ in range(4):
        ana.client.post(reverse("import-step", args=[id]))
    page = ana.client.get(reverse("import", args=[id])).content.decode()
    assert "Brought in 20 people" in page
    sessions.end_all(ana.workspace.holder)


# --- taking it back --------------------------------------------------------------------------------


def take_back(someone, id, **more):
    someone.client.post(reverse("import-undo", args=[id]), more)
    return run(someone, id)


def test_undo_restores_everybody_exactly(ana, site, unit):
    with ana.workspace.bound():
        add_person(by=ana.member, at=AT, site=site, name="Rosa Lima", email="rosa@x.example", unit=unit)
        add_person(by=ana.member, at=AT, site=site, name="Omar Haddad", phone="202 555 0102")
    before = people(ana)
    one = bring_in(ana, site, SMALL + make_list(40, 6).split(b"\n", 1)[1][:0])
    page = ana.client.get(reverse("import-known", args=[one.pk]))
    ana.client.post(
        reverse("import-known", args=[one.pk]),
        {"all": "same", "shown": [p.row.pk.hex for p in page.context["pairs"]]},
    )
    assert people(ana) != before
    one = take_back(ana, one.pk)
    assert one.state == "undone" and one.undo["put_back"] == 2
    assert people(ana) == before
    with ana.workspace.bound():
        assert [u.name for u in Unit.objects.all()] == ["Packing"]
        assert not Shift.objects.exists() and not ImportRow.objects.exists()
    assert (
        "Everything is as it was before" in ana.client.get(reverse("import", args=[one.pk])).content.decode()
    )


def test_touched_people_stay_unless_asked_otherwise(ana, site):
    one = bring_in(ana, site, make_list(30, 7))
    with ana.workspace.bound():
        talked, taken_on, edited = Person.objects.filter(source=one.pk)[:3]
        log_talk(by=ana.member, at=AT, persons=[talked], how="talked", words="about breaks")
        take_on(by=ana.member, at=AT, person=taken_on, member=ana.member, rhythm_days=14)
        edit_person(by=ana.member, at=AT, person=edited, nickname="the tall one")
    page = ana.client.get(reverse("import-undo", args=[one.pk]))
    assert set(page.context["touched"]) == {talked, taken_on, edited}
    undone = take_back(ana, one.pk)
    assert set(people(ana)) == {talked.pk, taken_on.pk, edited.pk} and undone.undo["stayed"] == 3


def test_touched_people_go_too_when_somebody_says_so(ana, site):
    one = bring_in(ana, site, make_list(30, 7))
    with ana.workspace.bound():
        log_talk(by=ana.member, at=AT, persons=list(Person.objects.all()[:1]), how="talked")
    take_back(ana, one.pk, everybody="1")
    assert people(ana) == {}


def test_undo_in_the_middle_of_an_import(ana, site):
    id = begun(ana, site, make_list(40, 8))
    ana.client.post(reverse("import-step", args=[id]))
    one = take_back(ana, id)
    assert one.state == "undone" and people(ana) == {} and not Chunk.objects.exists()


def test_an_undo_that_is_interrupted_goes_on(ana, site, monkeypatch):
    monkeypatch.setattr(undoing, "AT_ONCE", 5)
    one = bring_in(ana, site, make_list(23, 9))
    ana.client.post(reverse("import-undo", args=[one.pk]))
    ana.client.post(reverse("import-step", args=[one.pk]))
    assert len(people(ana)) == 18
    with monkeypatch.context() as planted, pytest.raises(RuntimeError):
        planted.setattr(Import, "save", lambda self, **k: (_ for _ in ()).throw(RuntimeError))
        ana.client.post(reverse("import-step", args=[one.pk]))
    assert len(people(ana)) == 18
    assert run(ana, one.pk).state == "undone" and people(ana) == {}


def test_after_thirty_days_rows_are_forgotten(ana, site):
    known_rosa(ana, site, phone="+12025550101", email="a@x.example")
    one = bring_in(ana, site, SMALL)
    _, unbegun = upload(ana, site, SMALL)
    with ana.workspace.bound():
        late = one.at + timedelta(days=31)
        for _ in range(5):
            acts.forget_old(by=ana.member, at=late)
        assert not ImportRow.objects.exists() and not Import.objects.filter(pk=unbegun).exists()
        one = Import.objects.get(pk=one.pk)
        assert one.waiting == 0 and adds_up(one)
    assert not Chunk.objects.exists()
    assert ana.client.get(reverse("import-undo", args=[one.pk])).status_code == 302


# --- bad input, strangers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "There is nothing in this file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "not a list we can read"),
        (b"PK\x03\x04" + b"x" * 99, "damaged"),
        (b"<html><table><tr><td>x</td></tr></table>", "web page"),
        ((",".join(f"c{at}" for at in range(201)) + "\n" + "," * 200 + "\n").encode(), "200 columns"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(ana, site, data, says):
    answer, _ = upload(ana, site, data)
    assert answer.status_code == 200 and says in answer.content.decode()
    with ana.workspace.bound():
        assert not Import.objects.exists()


def test_a_file_over_20_mb_is_refused_with_a_sentence_and_never_spooled(ana, site, settings, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", None)
    answer, _ = upload(ana, site, b"Name,Phone\n" + b"x" * (20 * 1024 * 1024))
    assert "larger than 20 MB" in answer.content.decode()


@pytest.mark.parametrize(
    "data", [b"Name,Phone\n", b"Name\nRosa Lima\n", "Name;Café\nÁna Núñez;x\n".encode("utf-16")]
)
def test_small_and_odd_files_come_in(ana, site, data):
    one = bring_in(ana, site, data)
    assert one.state == "done" and adds_up(one)


def test_two_hundred_columns(ana, site):
    head = ",".join(["Name", *(f"c{at}" for at in range(199))])
    one = bring_in(ana, site, f"{head}\nRosa Lima{',x' * 199}\n".encode())
    assert one.added == 1


def test_pressed_twice_it_is_one_list(ana, site):
    _, once = upload(ana, site, SMALL)
    upload(ana, site, SMALL, once=once)
    with ana.workspace.bound():
        assert Import.objects.count() == 1


def test_back_after_finishing_changes_nothing(ana, site):
    one = bring_in(ana, site, SMALL)
    for name in ("import", "import-cancel", "import-step"):
        assert ana.client.post(reverse(name, args=[one.pk])).status_code == 302
    assert len(people(ana)) == 3


def test_leaving_it_shreds_what_was_read(ana, site):
    _, id = upload(ana, site, SMALL)
    ana.client.post(reverse("import-cancel", args=[id]))
    assert not Chunk.objects.exists()
    assert ana.client.get(reverse("import", args=[id])).status_code == 404


def test_who_has_no_access_finds_nothing(ana, ben, cy, site):
    one = bring_in(ana, site, SMALL)
    for stranger in (ben, cy):
        for name in (
            "import",
            "import-undo",
            "import-waiting",
            "import-known",
            "import-problems",
            "import-problems-file",
        ):
            assert stranger.client.get(reverse(name, args=[one.pk])).status_code == 404
        for name in ("import", "import-step", "import-cancel", "import-undo", "import-waiting"):
            assert stranger.client.post(reverse(name, args=[one.pk]), {}).status_code == 404
        answer, _ = upload(stranger, site, SMALL)
        assert answer.status_code == 200
        assert b"SMALL" not in answer.content


def test_the_history_tells_numbers_and_no_words(ana, site):
    one = bring_in(ana, site, SMALL)
    with ana.workspace.bound():
        lines = [(d.kind, d.notes) for d in history.recent() if d.kind.startswith("import")]
    assert [kind for kind, _ in lines] == ["import_step", "import_begun", "import_read"]
    assert lines[0][1] == {"import": one.pk.hex, "added": 3, "left_out": 1}
    assert "Rosa" not in json.dumps([notes for _, notes in lines])


def test_pages_keep_their_number_of_queries(ana, site):
    known_rosa(ana, site, phone="+12025550101")
    few = bring_in(ana, site, b"Name,Phone\nZora Kaya,2025550101\n")
    rows = b"Name,Phone\n" + b"\n".join(f"Zora Kaya{at},2025550101".encode() for at in range(9))
    many = bring_in(ana, site, rows)
    counts = []
    for one in (few, many):
        with CaptureQueriesContext(ana.workspace.db) as captured:
            ana.client.get(reverse("import-waiting", args=[one.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- numbers add up --------------------------------------------------------------------------------

names = st.sampled_from(
    ["Rosa Lima", "Rosa Lina", "R. Lima", "Omar", "", "Omar Haddad", "omar haddad", "=1+1"]
)
phones = st.sampled_from(["", "202 555 0101", "2025550101", "+49 171 1234567", "12", "x"])
mails = st.sampled_from(["", "a@x.example", "b@x.example", "broken@"])
units = st.sampled_from(["", "Packing", "PACKING", "Docks"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(names, phones, mails, units), max_size=18))
def test_every_row_is_counted_once_and_taking_it_back_leaves_no_trace(ana, site, rows):
    before = people(ana)
    data = "Name,Phone,Email,Department\n" + "\n".join(",".join(row) for row in rows)
    one = bring_in(ana, site, data.encode())
    assert one.state == "done" and adds_up(one)
    assert len(people(ana)) == len(before) + one.added
    again = bring_in(ana, site, data.encode())
    assert adds_up(again) and again.added == 0 and again.rows == one.rows
    take_back(ana, again.pk)
    take_back(ana, one.pk)
    assert people(ana) == before
    with ana.workspace.bound():
        assert not Unit.objects.exists() and not ImportRow.objects.exists()


def test_names_are_cut_to_what_a_person_holds(ana, site):
    one = bring_in(ana, site, f"Name,Phone\n{'Rosa ' * 36},2025550101\n".encode())
    with ana.workspace.bound():
        person = Person.objects.get()
        person.full_clean(exclude=["id"])
        assert ImportRow.objects.get(source=one.pk).wrong == 1
