"""The rows of a list while it waits: sealed files of a few hundred rows each, one for each step."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import orjson

from masslink.exchange.models import Import
from masslink.sites.models import Site
from masslink.vault.files import read_file, shred_file, write_file

STEP = 1000

Row = tuple[int, list[str]]


def write(site: Site, numbers: Sequence[int], rows: Sequence[list[str]]) -> list[str]:
    """Seal all rows into the place's circle, in the running act. Returns the files' ids."""
    numbered = list(zip(numbers, rows, strict=True))
    return [
        write_file(site.circle, [orjson.dumps(numbered[at : at + STEP])]).hex
        for at in range(0, len(numbered), STEP)
    ]


def read(one: Import, block: int) -> list[Row]:
    """The rows of one block, with the numbers they have in the file."""
    sealed = b"".join(read_file(one.circle, UUID(one.blocks[block])))
    return [(number, cells) for number, cells in orjson.loads(sealed)]


def read_all(one: Import) -> Iterator[Row]:
    for block in range(len(one.blocks)):
        yield from read(one, block)


def shred(one: Import) -> None:
    """Delete the rows for good, in the running act."""
    for id in one.blocks:
        shred_file(one.circle, UUID(id))
    one.blocks = []
