"""QR codes: inside a page, and on a console."""

import io

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _


def qr_svg(text: str) -> SafeString:
    """A QR code as an SVG element for a page: black on white in light and dark, without a style of its own."""
    named = format_html('<svg role="img" aria-label="{}"', _("QR code"))
    return mark_safe(_svg(text).replace("<svg", named, 1))  # noqa: S308 - only the name is text, and escaped


def qr_file(text: str) -> str:
    """The same as the text of an SVG file."""
    return _svg(text).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


def qr_terminal(text: str) -> str:
    """The same for a console, in half blocks."""
    out = io.StringIO()
    _code(text).terminal(out, compact=True)
    return out.getvalue()


def _svg(text: str) -> str:
    return _code(text).svg_inline(omitsize=True, svgclass="qr", lineclass=None, dark="#000", light="#fff")


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)
