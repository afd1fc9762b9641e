"""What tests of bringing lists in share: a small list, and the way through the pages."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from masslink.conftest import AT
from masslink.exchange.models import Import
from masslink.people.acts import add_person
from masslink.people.models import Person

HTMX = {"HTTP_HX_REQUEST": "true"}
SMALL = b"""Name,Phone,Email,Department,Shift,Party,Birth date,Notes
Rosa Lima,202 555 0101,rosa@x.example,Packing,Night,green,1990-01-02,
Omar Haddad,202 555 0102,,Docks,,,,likes chess
,,,,,,,nobody here
Ina Weber,12,ina@,Packing,,,,
"""


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


def known_rosa(ana, site, **fields):
    with ana.workspace.bound():
        return add_person(by=ana.member, at=AT, site=site, name="Rosa Lima", **fields)


def begun(ana, site, data):
    _, id = upload(ana, site, data)
    url = reverse("import", args=[id])
    ana.client.post(url, {**chosen(ana.client.get(url))})
    return id


def take_back(someone, id, **more):
    someone.client.post(reverse("import-undo", args=[id]), more)
    return run(someone, id)
