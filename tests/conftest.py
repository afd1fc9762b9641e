"""The same people as beside the code."""

from masslink.conftest import ana, at, ben, cy, person, quick_passphrases, shared_site, shift, site, unit

__all__ = ["ana", "at", "ben", "cy", "person", "quick_passphrases", "shared_site", "shift", "site", "unit"]
