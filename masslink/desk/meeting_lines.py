"""The next meeting on Today: its agenda is mine to make, or the minutes before it wait to be read."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from masslink.collective.models import Member
from masslink.core.pages import address
from masslink.decisions.models import WEEK
from masslink.desk.line import Line
from masslink.gatherings import labels
from masslink.gatherings.models import Gathering, Kind, Role
from masslink.meetings.models import AgendaItem
from masslink.meetings.waiting import not_adopted

NEAR = timedelta(days=3)  # from then on everybody is told that minutes wait to be read


def about_meetings(me: Member, now: datetime, today: date) -> list[Line]:
    """One line at most: of the next meeting within a week."""
    chairs = Role.objects.filter(gathering=OuterRef("pk"), task=Role.Task.CHAIR, member=me)
    items = AgendaItem.objects.filter(gathering=OuterRef("pk"))
    ahead = Gathering.objects.held().ahead(now).filter(gathering_kind=Kind.MEETING, starts_at__lte=now + WEEK)
    found = ahead.annotate(mine=Exists(chairs), ordered=Exists(items)).first()
    if found is None:
        return []
    named = {"what": found.title, "when": labels.day_and_hour(found.starts_at, today)}
    if found.mine and not found.ordered:
        text = _("%(what)s, %(when)s: you chair, and there is no agenda yet.") % named
        return [Line(text, address("agenda", found.pk), _("Make it"))]
    if (found.mine or found.starts_at <= now + NEAR) and (waiting := not_adopted(found)):
        text = _("%(what)s, %(when)s: the minutes before it wait to be read and adopted.") % named
        return [Line(text, address("minutes", waiting[0].pk), _("Read them"))]
    return []
