"""The clock. Pages ask it once and pass the time on; acts never look at it themselves."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return timezone.now()


def today() -> date:
    """Today in the collective's time zone."""
    return timezone.localdate()


def day_of(moment: datetime) -> date:
    """The calendar day of an aware moment in the collective's time zone."""
    return timezone.localtime(moment).date()
