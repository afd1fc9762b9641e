"""A busy ledger to check: rows of several versions, one deleted, one moved, one undone, files, a holder put out."""

import os
from uuid import UUID

from masslink.conftest import AT, Someone, join
from masslink.people.acts import add_person
from masslink.sites.acts import add_unit, give_access, open_site
from masslink.sites.models import Site, Unit
from masslink.vault import checking, epochs, files, history
from masslink.vault.act import act
from masslink.vault.checking import Insider, Report
from masslink.vault.tests import reading

Ids = dict[str, UUID]


def insider(someone: Someone) -> Insider:
    return Insider(someone.workspace.collective, someone.workspace.holder, someone.workspace.keys)


def look(*people: Someone) -> Report:
    return checking.check([insider(someone) for someone in people])


def faults(*people: Someone) -> set[str]:
    return {finding.fault for finding in look(*people).findings}


def story(ana: Someone, ben: Someone, shared_site: Site) -> Ids:
    dee = join(ana, "Dee")
    with ana.workspace.bound():
        units = [
            add_unit(by=ana.member, at=AT, site=shared_site, name=n) for n in ("Packing", "Dock", "Returns")
        ]
        people = [
            add_person(by=ana.member, at=AT, site=shared_site, unit=units[0], name=f"P{n}") for n in range(5)
        ]
        for number in (1, 2, 3):
            with act("changed", at=AT):
                units[0].place = number
                units[0].save()
        gone = people[4].pk
        with act("deleted", at=AT):
            people[4].delete()
        with act("kept", at=AT):
            file = files.write_file(shared_site.circle, [os.urandom(150_000)])
            short = files.write_file(shared_site.circle, [b"short"])
        with act("kept", at=AT):
            files.shred_file(shared_site.circle, files.write_file(shared_site.circle, [b"gone"]))
        kitchen = open_site(by=ana.member, at=AT, kind="workplace", name="Kitchen")
        with act("moved", at=AT):
            Unit.objects.filter(pk=units[2].pk).update(circle=kitchen.circle, site=kitchen)
        add_unit(by=ana.member, at=AT, site=shared_site, name="Canteen")
        history.undo(history.recent(limit=1)[0], at=AT)
        give_access(by=ana.member, at=AT, site=shared_site, member=dee.member)
        with act("put_out", at=AT):
            epochs.put_out(dee.workspace.holder)
    with ben.workspace.bound():
        ben.workspace.catch_up()
        add_unit(by=ben.member, at=AT, site=Site.objects.get(), name="Gate")
    reading.caught_up(ana.workspace)
    ids = {"site": shared_site.circle, "unit": units[0].pk, "other": units[1].pk, "gone": gone}
    return ids | {
        "file": file,
        "short": short,
        "moved": units[2].pk,
        "person": people[0].pk,
        "dee": dee.workspace.holder,
    }
