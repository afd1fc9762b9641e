"""Sites, persons, talks: the same columns as Masslink's, readable on disk."""

from django.conf import settings
from django.db import models


class Site(models.Model):
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    site = models.ForeignKey(Site, models.CASCADE)
    unit = models.CharField(max_length=60, blank=True)
    shift = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120, db_index=True)
    nickname = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(max_length=120, blank=True)
    matters = models.TextField(blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Tie(models.Model):
    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)


class Gathering(models.Model):
    site = models.ForeignKey(Site, models.CASCADE)
    title = models.CharField(max_length=80)
    where = models.CharField(max_length=200)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()


class Feed(models.Model):
    """A calendar that opens with a word in its address, as they mostly do."""

    token = models.CharField(max_length=64, unique=True)


class Waiting(models.Model):
    """What is to be talked about, whatever it is: one table each."""

    title = models.CharField(max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class Meeting(Waiting):
    starts_at = models.DateTimeField()


class Item(Waiting):
    meeting = models.ForeignKey(Meeting, models.CASCADE)
    talked_at = models.DateTimeField(null=True)


class Question(Waiting):
    decided_on = models.DateField(null=True)
    review_on = models.DateField(null=True)


class ToDo(Waiting):
    due = models.DateField()
    done_at = models.DateTimeField(null=True)


class Idea(Waiting):
    answered_at = models.DateTimeField(null=True)


class Correction(Waiting):
    settled_at = models.DateTimeField(null=True)


class Talk(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="talks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    kind = models.CharField(max_length=24)
    at = models.DateTimeField()
    words = models.TextField(blank=True)

    class Meta:
        ordering = ["-at"]
