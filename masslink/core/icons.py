"""Icons, each drawn once per process: Heroicons copies its SVG tree anew for every use."""

from functools import cache

from django import template
from django.utils.safestring import SafeString, mark_safe
from heroicons.templatetags import heroicons

register = template.Library()


@register.simple_tag
def icon(name: str, style: str = "outline") -> SafeString:
    """An icon of Heroicons by its name; `style` is outline (24 px) or mini (20 px)."""
    return _drawn(str(name), str(style))


@cache
def _drawn(name: str, style: str) -> SafeString:
    draw = heroicons.heroicon_mini if style == "mini" else heroicons.heroicon_outline
    return mark_safe(draw(name))  # noqa: S308 - the package's own SVG
