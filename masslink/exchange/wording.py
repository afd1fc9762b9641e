"""Sentences for codes: templates are marked for translation where they stand and translated by whoever shows
them."""

from collections.abc import Callable, Mapping

Translate = Callable[[str], str]


def gettext_noop(text: str) -> str:
    """Mark a template for the translators; this module stays usable without settings."""
    return text


def as_typed(text: str) -> str:
    """The translation that changes nothing: what a caller without a language gets."""
    return text


def fill(template: str, values: Mapping[str, object], translate: Translate = as_typed) -> str:
    """The template in the reader's language with its %(name)s places filled."""
    return translate(template) % values
