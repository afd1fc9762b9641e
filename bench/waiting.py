"""`python -m bench.waiting DATA`: a meeting ahead with twelve items on its agenda, forty things that wait for it."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from bench import world
from bench.generate import ALL, found, set_up


def fill() -> str:
    """The id of the meeting. Everything is made by the acts that people use."""
    from masslink.core.clock import now
    from masslink.decisions.acts import ask_question, decide
    from masslink.gatherings.acts import plan
    from masslink.ideas.acts import raise_idea
    from masslink.ideas.correction_acts import note_correction
    from masslink.meetings import acts
    from masslink.tasks.acts import promise

    workspace, me = found(ALL, "Ana")
    at = now()
    by = {"by": me, "at": at - timedelta(days=3)}
    rows = world.waiting_rows()
    with workspace.bound():
        before, ahead = (
            plan(**by, title="All of us", kind="meeting", starts_at=at + timedelta(days=days))
            for days in (-20, 5)
        )
        acts.take_up(**by, gathering=before, matters=[acts.Matter(text) for text in rows["left over"]])
        acts.take_up(**by, gathering=ahead, matters=[acts.Matter(text) for text in rows["taken up"]])
        for text in rows["questions"]:
            ask_question(**by, what=text)
        for text in rows["reviews"]:
            decide(**by, question=ask_question(**by, what=text), words=text, review_on=at.date())
        for text in rows["to-dos"]:
            promise(**by, member=me, what=text, due=at.date())
        for text in rows["ideas"]:
            raise_idea(**by, words=text)
        for text in rows["corrections"]:
            note_correction(**by, fact=text)
    workspace.close()
    return str(ahead.pk)


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
    print(json.dumps(fill()))
