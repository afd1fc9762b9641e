"""To-dos."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from masslink.collective.models import Member
from masslink.people.models import Person
from masslink.sites.models import Site
from masslink.vault.record import Record, Ref


class ToDoQuerySet(models.QuerySet["ToDo"]):
    def open(self) -> "ToDoQuerySet":
        return self.filter(done_at=None, dropped_at=None)

    def of(self, member: Member) -> "ToDoQuerySet":
        return self.filter(member=member)

    def with_about(self) -> "ToDoQuerySet":
        """Together with the person or place they are about, and who does them."""
        return self.select_related("person__unit", "person__shift", "site", "member")


class ToDo(Record):
    """What a member promised to do by a day. Open until it is done, or let go with a reason."""

    kind = "to_do"

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="to_dos")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="to_dos")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=200)
    due = models.DateField(_("by when"))
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_why = models.CharField(_("why"), max_length=200, blank=True)
    origin_kind = models.CharField(max_length=24, blank=True)
    origin_id = models.UUIDField(null=True, blank=True)

    objects = ToDoQuerySet.as_manager()

    class Meta:
        ordering = ("due", "added_at")
        indexes = [
            models.Index(
                "member", "due", name="to_do_open", condition=models.Q(done_at=None, dropped_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None

    @property
    def origin(self) -> Ref | None:
        return Ref(self.origin_kind, self.origin_id) if self.origin_id else None
