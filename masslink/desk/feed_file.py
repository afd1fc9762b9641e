"""The file a phone's calendar fetches (RFC 5545), made of what was laid down: moments in UTC, whole days as days.

Every gathering of a series is an event of its own, so that no rule and no table of time zones has to be told. What a
copy doesn't hold as it should is passed over: whoever knows a feed's key may have put it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from icalendar import Calendar, Event, vText

EVERY = timedelta(hours=4)  # how often a phone should ask
# What is the same in most events is made once; the library takes as long for it as for a title.
_CONFIRMED, _CANCELLED, _PRIVATE = vText("CONFIRMED"), vText("CANCELLED"), vText("PRIVATE")
_OPAQUE, _TRANSPARENT = vText("OPAQUE"), vText("TRANSPARENT")
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


def calendar_of(copies: Iterable[bytes], name: str) -> bytes:
    """The whole file; it says nowhere from which program it is."""
    whole = Calendar()
    whole.add("prodid", "-//Calendar//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", name)
    whole.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    whole.add("x-published-ttl", "PT4H")
    for event in sorted(_events(copies), key=lambda event: str(event["uid"])):
        whole.add_component(event)
    return bytes(whole.to_ical())


def _events(copies: Iterable[bytes]) -> Iterator[Event]:
    for copy in copies:
        try:
            items = orjson.loads(copy)
        except ValueError:
            continue
        for item in items if isinstance(items, list) else ():
            try:
                yield _event(item)
            except _BROKEN:
                continue


def _event(item: dict[str, Any]) -> Event:
    event = Event()
    event.add("uid", str(item["uid"]))
    event.add("sequence", int(item["times"]))
    event.add("dtstamp", datetime.combine(date.fromisoformat(item["since"]), datetime.min.time(), UTC))
    event.add("dtstart", _when(item["starts"]))
    event.add("dtend", _when(item["ends"]))
    event.add("summary", str(item["title"]))
    if item["where"]:
        event.add("location", str(item["where"]))
    event["status"], event["transp"] = (_CANCELLED, _TRANSPARENT) if item["off"] else (_CONFIRMED, _OPAQUE)
    event["class"] = _PRIVATE
    return event


def _when(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text).astimezone(UTC)
