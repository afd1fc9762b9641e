"""Acts told in sentences: who did what, with the names of what it was done to (see `named`)."""

from uuid import UUID

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from masslink.collective.models import Member
from masslink.decisions import told as decisions
from masslink.desk.named import names_before, names_of
from masslink.gatherings import history as gatherings
from masslink.ideas import history as ideas
from masslink.meetings import told as meetings
from masslink.tasks import duty_told as duties
from masslink.vault.act import NEW
from masslink.vault.history import Done
from masslink.vault.record import Ref

SHOWN, LOOKED_UP = 3, 30

# What happened, and which kinds of record it is told of. {who} and {what} stand for names.
WORDS = {
    "founded": (gettext_lazy("{who} founded the collective"), ()),
    "admitted": (gettext_lazy("{who} let {what} in"), ("member",)),
    "invited": (gettext_lazy("{who} made an invitation for {what}"), ("invitation",)),
    "declined": (
        gettext_lazy("{who} took back an invitation, or turned somebody away: {what}"),
        ("invitation",),
    ),
    "new_keys_prepared": (gettext_lazy("{who} made a code for {member}, who lost their words"), ()),
    "new_keys": (gettext_lazy("{who} compared words with {member}, who has new keys now"), ()),
    "joined": (gettext_lazy("{who} came with an invitation, and waited"), ()),
    "let_in": (gettext_lazy("{who} was let in"), ()),
    "words_changed": (gettext_lazy("{who} took new words"), ()),
    "note_written": (gettext_lazy("{who} wrote a note for themselves: {what}"), ("note",)),
    "note_deleted": (gettext_lazy("{who} deleted a note of their own"), ("note",)),
    "kit_half_made": (gettext_lazy("{who} made a sheet of the recovery kit"), ()),
    "kit_vouched": (gettext_lazy("{who} vouched for the recovery kit"), ()),
    "kit_sealed": (gettext_lazy("What {who} can open was sealed to the recovery kit"), ()),
    "kit_retired": (gettext_lazy("{who} gave up the recovery kit"), ()),
    "keys_renewed": (gettext_lazy("A new key is in use, since somebody left; {who} was the first here"), ()),
    "recovered": (gettext_lazy("{member} came in again with the recovery kit"), ()),
    "site_opened": (gettext_lazy("{who} opened the place {what}"), ("site",)),
    "site_edited": (gettext_lazy("{who} changed what is said about {what}"), ("site",)),
    "unit_added": (gettext_lazy("{who} added the unit {what}"), ("unit",)),
    "shift_added": (gettext_lazy("{who} added the shift {what}"), ("shift",)),
    "part_renamed": (gettext_lazy("{who} renamed part of a place: {what}"), ("unit", "shift")),
    "shift_timed": (gettext_lazy("{who} noted when the shift {what} is at work"), ("shift",)),
    "unit_removed": (gettext_lazy("{who} took away the unit {what}"), ("unit",)),
    "shift_removed": (gettext_lazy("{who} took away the shift {what}"), ("shift",)),
    "part_moved": (gettext_lazy("{who} put the parts of a place in another order"), ("unit", "shift")),
    "site_arranged": (
        gettext_lazy("{who} arranged units, shifts and head counts: {what}"),
        ("unit", "shift", "head_count"),
    ),
    "head_count_set": (gettext_lazy("{who} set how many people there are in {what}"), ("head_count",)),
    "access_given": (gettext_lazy("{who} gave {member} access to {what}"), ("access",)),
    "access_taken": (gettext_lazy("{who} took back {member}’s access to {what}"), ("access",)),
    "access_ended": (gettext_lazy("{who} noted that {member} doesn’t work any more at {what}"), ("access",)),
    "access_asked": (gettext_lazy("{who} asked for access to a place"), ()),
    "access_answered": (gettext_lazy("{who} answered {member}, who asked for access to a place"), ()),
    "role_changed": (gettext_lazy("{who} changed what {what} sees to among us"), ("member",)),
    "feed_made": (gettext_lazy("{who} made a calendar feed for their phone"), ()),
    "feed_ended": (gettext_lazy("{who} ended a calendar feed"), ()),
    "member_renamed": (gettext_lazy("{who} goes by another name: {what}"), ("member",)),
    "away_noted": (gettext_lazy("{who} noted that {member} is away for a while"), ()),
    "away_ended": (gettext_lazy("{who} noted that {member} is back"), ()),
    "handed_over": (gettext_lazy("{who} handed on what {member} had taken on: {what}"), ("link", "to_do")),
    "member_left": (gettext_lazy("{member} is no longer one of us; {who} saw to it"), ()),
    "to_do_handed_on": (gettext_lazy("{who} gave to somebody else: {what}"), ("to_do",)),
    "person_added": (gettext_lazy("{who} wrote down {what}"), ("person",)),
    "people_added": (gettext_lazy("{who} wrote down {what}"), ("person",)),
    "person_edited": (gettext_lazy("{who} changed what is written about {what}"), ("person",)),
    "person_left": (gettext_lazy("{who} noted that {what} left the place"), ("person",)),
    "person_came_back": (gettext_lazy("{who} noted that {what} is back"), ("person",)),
    "person_erased": (gettext_lazy("{who} erased somebody who asked for it, for good"), ()),
    "person_moved_within": (
        gettext_lazy("{who} noted that {what} work elsewhere at the place now"),
        ("person",),
    ),
    "person_moved": (gettext_lazy("{who} moved {what} from one place to another"), ("person",)),
    "person_knows": (gettext_lazy("{who} told {what} that we keep notes"), ("person",)),
    "person_became_member": (gettext_lazy("{what} became a member; {who} confirmed it"), ("person",)),
    "person_deleted": (gettext_lazy("{who} deleted {what}"), ("person",)),
    "people_deleted": (gettext_lazy("{who} deleted {what}"), ("person",)),
    "people_merged": (gettext_lazy("{who} made one entry of two: {what}"), ("person",)),
    "people_unmerged": (gettext_lazy("{who} made two entries of one again: {what}"), ("person",)),
    "told_apart": (gettext_lazy("{who} noted that these are two people: {what}"), ("apart",)),
    "tie_noted": (gettext_lazy("{who} noted who knows whom: {what}"), ("tie",)),
    "tie_ended": (gettext_lazy("{who} took away that two people know each other"), ()),
    "person_left_in_peace": (gettext_lazy("{who} noted that {what} want no contact"), ("person", "link")),
    "faded": (gettext_lazy("What was over its time was shredded: {what}"), ("deed",)),
    "kept": (gettext_lazy("{who} kept longer what would have faded: {what}"), ("kept",)),
    "fading_changed": (gettext_lazy("{who} noted how long we keep things"), ()),
    "person_taken_on": (gettext_lazy("{who} took on {what}"), ("link",)),
    "person_handed_on": (gettext_lazy("{who} handed on {what}"), ("link",)),
    "link_ended": (gettext_lazy("{who} let the link with {what} rest"), ("link",)),
    "deed_recorded": (gettext_lazy("{who} noted something that {what} did"), ("deed",)),
    "deeds_ticked": (gettext_lazy("{who} noted what several people did: {what}"), ("deed",)),
    # No name: the history of a place is no list of whom there is a caution about.
    "caution_noted": (gettext_lazy("{who} noted something that stands with one person"), ()),
    "caution_confirmed": (gettext_lazy("{who} noted something that stands with one person"), ()),
    "caution_taken_back": (gettext_lazy("{who} took back something that stood with one person"), ()),
    "promised": (gettext_lazy("{who} noted a promise: {what}"), ("to_do",)),
    "to_do_done": (gettext_lazy("{who} did what was promised: {what}"), ("to_do",)),
    "to_do_moved": (gettext_lazy("{who} moved to another day: {what}"), ("to_do",)),
    "to_do_reworded": (gettext_lazy("{who} reworded: {what}"), ("to_do",)),
    "to_do_let_go": (gettext_lazy("{who} let go: {what}"), ("to_do",)),
    "talked": (gettext_lazy("{who} talked with {what}"), ("deed",)),
    "observed": (gettext_lazy("{who} noted something that happened: {what}"), ("observation",)),
    "observation_edited": (gettext_lazy("{who} changed a note of what happened: {what}"), ("observation",)),
    # Never of whom: a line more and a number that changed would tell what somebody thinks.
    "stood": (gettext_lazy("{who} said where people stand"), ()),
    "stand_taken_back": (gettext_lazy("{who} took back a view of where somebody stands"), ()),
    "difference_talked": (gettext_lazy("{who} noted that two talked about whom they saw differently"), ()),
    "month_kept": (gettext_lazy("A month was over: how many stood where was kept as numbers"), ()),
    "stand_asked": (gettext_lazy("{who} asked where people stand on {what}"), ("stand_question",)),
    "stand_reworded": (gettext_lazy("{who} reworded where people stand on: {what}"), ("stand_question",)),
    "stand_closed": (
        gettext_lazy("{who} closed the question where people stand on: {what}"),
        ("stand_question",),
    ),
    "stand_opened": (
        gettext_lazy("{who} opened again the question where people stand on: {what}"),
        ("stand_question",),
    ),
    "pair_made": (gettext_lazy("{who} noted that two work together: {what}"), ("pair", "pair_work")),
    "pair_works_changed": (
        gettext_lazy("{who} changed what two work together: {what}"),
        ("pair", "pair_work"),
    ),
    "pair_period_changed": (gettext_lazy("{who} changed until when two work together: {what}"), ("pair",)),
    "pair_ended": (gettext_lazy("{who} noted that two don’t work together any more: {what}"), ("pair",)),
    "pair_note_written": (gettext_lazy("{who} wrote notes for two who work together: {what}"), ("pair",)),
    "sat_down": (gettext_lazy("{who} noted that two sat down: {what}"), ("sitting",)),
    "sitting_edited": (gettext_lazy("{who} changed what came out of sitting down: {what}"), ("sitting",)),
    "observation_tried": (gettext_lazy("{who} wrote what was tried: {what}"), ("observation",)),
    "import_read": (gettext_lazy("{who} uploaded the list {what}"), ("import",)),
    "import_begun": (gettext_lazy("{who} began to bring in the list {what}"), ("import",)),
    "import_step": (gettext_lazy("{who} brought in {what}"), ("person",)),
    "import_cancelled": (gettext_lazy("{who} didn't bring in the list {what}"), ("import",)),
    "import_merged": (gettext_lazy("{who} completed from a list: {what}"), ("person", "import")),
    "import_kept_apart": (gettext_lazy("{who} added from a list: {what}"), ("person", "import")),
    "import_left_out": (
        gettext_lazy("{who} left people out of the list {what}: they asked to be erased, as it seems"),
        ("import",),
    ),
    "import_undo_begun": (gettext_lazy("{who} began to undo the list {what}"), ("import",)),
    "import_undo_step": (gettext_lazy("{who} took back from a list: {what}"), ("person",)),
    "import_forgotten": (gettext_lazy("What was left of the list {what} was shredded"), ("import",)),
    "list_taken_out": (gettext_lazy("{who} took out a list; people in it: {people}"), ()),
    "restored_confirmed": (
        gettext_lazy("{who} confirmed who still belongs to us, after a backup was brought back"),
        (),
    ),
    "device_added": (gettext_lazy("{who} made a phone known: {what}"), ("device",)),
    "device_ended": (gettext_lazy("{who} ended a known phone: {what}"), ("device",)),
    "alarm": (gettext_lazy("{who} raised the alarm: all sessions and known phones ended at once"), ()),
    "readiness_said": (gettext_lazy("{who} said what they can take on"), ()),
    "plan_wishes_said": (gettext_lazy("{who} changed what plans look to"), ()),
    "plan_drafted": (gettext_lazy("{who} drafted a plan of pairs"), ()),
    "plan_changed": (gettext_lazy("{who} changed a plan of pairs"), ()),
    "plan_discarded": (gettext_lazy("{who} threw a plan of pairs away"), ()),
    "plan_adopted": (
        gettext_lazy("{who} adopted a plan of pairs, with the access it gives: {what}"),
        ("pair", "pair_work"),
    ),
    "undone": (gettext_lazy("{who} undid something about {what}"), ()),
    **decisions.WORDS,
    **gatherings.WORDS,
    **duties.WORDS,
    **ideas.WORDS,
    **meetings.WORDS,
}
IN_GENERAL = (gettext_lazy("{who} changed {what}"), ())
LIKELIEST: tuple[str, ...] = ("person", "deed", "link", "to_do", "observation")
LIKELIEST += ("site", "unit", "shift", "head_count", "member")


class Teller:
    """Tells some acts; looks up all their names first, with one query for each kind of record."""

    def __init__(self, acts: list[Done]) -> None:
        self._by_id = {m.pk: m for m in Member.objects.all()}
        everybody = self._by_id.values()
        self.members = {id: m for m in everybody for id in m.former_holders} | {
            m.holder.hex: m for m in everybody
        }
        subjects = {done.id: _subjects(done) for done in acts}
        looked_up = [r for records in subjects.values() for r in records[:LOOKED_UP]]
        self._names = names_of([r[0] for r in looked_up])
        self._names.update(names_before(r for r in looked_up if r[0] not in self._names))
        self._subjects = subjects

    def tell(self, done: Done) -> SafeString:
        words, _kinds = WORDS.get(done.kind, IN_GENERAL)
        who = self.members.get(done.who.hex)
        return format_html(
            str(words),
            who=format_html("<b>{}</b>", who.called if who else _("Somebody")),
            what=self._what(self._subjects[done.id]),
            member=self._member(done),
            people=done.notes.get("people", "?"),
        )

    def _member(self, done: Done) -> str:
        id = done.notes.get("member")
        member = self._by_id.get(UUID(id)) if id else None
        return member.called if member else _("somebody")

    def _what(self, subjects: list[tuple[Ref, str, int, UUID]]) -> SafeString:
        named = list(dict.fromkeys(self._names[r[0]] for r in subjects[:LOOKED_UP] if r[0] in self._names))
        if not named:
            return format_html("{}", _unnamed(subjects))
        more = len(named[SHOWN:]) + len(subjects[LOOKED_UP:])
        shown = format_html_join(", ", "{}", ((one.html(),) for one in named[:SHOWN]))
        if not more:
            return shown
        return format_html(
            ngettext("{shown} and {more} other", "{shown} and {more} others", more), shown=shown, more=more
        )


def _unnamed(subjects: list[tuple[Ref, str, int, UUID]]) -> str:
    if all(ref.kind in ("person", "deed", "link") for ref, *_ in subjects):
        return _("somebody who isn't in our lists any more")
    return _("something that isn't there any more")


def _subjects(done: Done) -> list[tuple[Ref, str, int, UUID]]:
    """The records an act is told of: of its kinds, and of those what it made, where it made some."""
    _words, kinds = WORDS.get(done.kind, IN_GENERAL)
    for wanted in [kinds] if kinds else [(kind,) for kind in LIKELIEST]:
        found = [record for record in done.records if record[0].kind in wanted]
        if found:
            return [record for record in found if record[1] == NEW] or found
    return done.records
