"""Reads paper back: the text of a PDF that typst wrote, and what a QR code drawn by segno says."""

import re
import zlib
from collections.abc import Iterator
from typing import Any

from segno import consts

# --- PDF -----------------------------------------------------------------------------------------

OBJECT = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.S | re.M)
SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|\[(.*?)\]\s*TJ|(\(.*?(?<!\\)\))\s*Tj", re.S)
STRING = re.compile(rb"\(((?:\\.|[^\\)])*)\)", re.S)
ESCAPED = {b"b": b"\b", b"t": b"\t", b"n": b"\n", b"f": b"\f", b"r": b"\r"}


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type/Page\b(?!s)", pdf))


def text(pdf: bytes) -> str:
    """Every shown string, one a line."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        name: _letters(_stream(objects[int(unicode)]))
        for name, font in re.findall(rb"/(f\d+) (\d+) 0 R", b"".join(re.findall(rb"/Font<<.*?>>", pdf)))
        for unicode in re.findall(rb"/ToUnicode (\d+) 0 R", objects[int(font)])
    }
    contents = re.findall(rb"/Contents (\d+) 0 R", pdf)
    return "\n".join(line for number in contents for line in _shown(_stream(objects[int(number)]), fonts))


def _stream(body: bytes) -> bytes:
    return zlib.decompress(body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0])


def _shown(content: bytes, fonts: dict[bytes, dict[int, str]]) -> Iterator[str]:
    letters: dict[int, str] = {}
    for font, many, one in SHOWN.findall(content):
        if font:
            letters = fonts[font]
            continue
        glyphs = b"".join(_plain(string) for string in STRING.findall(many or one))
        yield "".join(letters[(high << 8) + low] for high, low in zip(glyphs[::2], glyphs[1::2], strict=True))


def _plain(string: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        sign = found[1]
        return bytes([int(sign, 8)]) if sign[:1].isdigit() else ESCAPED.get(sign, sign)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, string, flags=re.S)


def _letters(cmap: bytes) -> dict[int, str]:
    return {
        int(glyph, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
        for glyph, letter in re.findall(rb"<(\w{4})>\s*<(\w+)>", cmap)
    }


# --- QR ------------------------------------------------------------------------------------------

Dark = set[tuple[int, int]]  # (column, row)
MASKS = [
    lambda x, y: (x + y) % 2,
    lambda x, y: y % 2,
    lambda x, y: x % 3,
    lambda x, y: (x + y) % 3,
    lambda x, y: (y // 2 + x // 3) % 2,
    lambda x, y: x * y % 2 + x * y % 3,
    lambda x, y: (x * y % 2 + x * y % 3) % 2,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2,
]
BLOCKS: Any = consts.ECC
LEVELS = {0: consts.ERROR_LEVEL_M, 1: consts.ERROR_LEVEL_L, 2: consts.ERROR_LEVEL_H, 3: consts.ERROR_LEVEL_Q}
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def qr_of_svg(svg: str) -> str:
    """What the one code in this SVG says. Corrects no errors: it was drawn, not photographed."""
    return _decoded(*_drawn(svg))


def qr_of_terminal(lines: list[str]) -> str:
    """What a code says that stands in half blocks, light on dark."""
    dark = set()
    for y, line in enumerate(lines):
        for x, sign in enumerate(line):
            dark |= {(x, 2 * y)} if sign in " ▄" else set()
            dark |= {(x, 2 * y + 1)} if sign in " ▀" else set()
    size = len(lines[0])
    return _decoded({(x - 4, y - 4) for x, y in dark if y < size}, size - 8)


def _drawn(svg: str) -> tuple[Dark, int]:
    (path,) = re.findall(r'stroke="#000" d="([^"]+)"', svg)
    x, y, dark = 0.0, 0.0, set()
    for kind, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path):
        if kind == "h":
            dark |= {(int(x) + step - 4, int(y) - 4) for step in range(int(first))}
            x += float(first)
        else:
            x, y = (x * (kind == "m") + float(first), y * (kind == "m") + float(second))
    (size,) = re.findall(r'viewBox="0 0 (\d+)', svg)
    return dark, int(size) - 8


def _decoded(dark: Dark, size: int) -> str:
    version = (size - 17) // 4
    around = [(8, y) for y in (0, 1, 2, 3, 4, 5, 7, 8)] + [(x, 8) for x in (7, 5, 4, 3, 2, 1, 0)]
    told = sum(((spot in dark) << at) for at, spot in enumerate(around)) ^ 0x5412
    level, mask = LEVELS[told >> 13], MASKS[told >> 10 & 7]
    bits = [((x, y) in dark) ^ (mask(x, y) == 0) for x, y in _way(size, version)]
    words = [
        int("".join(str(int(bit)) for bit in bits[at : at + 8]), 2) for at in range(0, len(bits) // 8 * 8, 8)
    ]
    return _said(_in_order(words, version, level), version)


def _way(size: int, version: int) -> Iterator[tuple[int, int]]:
    """The data modules in their order: pairs of columns from the right, up and down by turns."""
    up = True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if up else range(size):
            yield from ((x, y) for x in (right, right - 1) if not _fixed(x, y, size, version))
        up = not up


def _fixed(x: int, y: int, size: int, version: int) -> bool:
    if 6 in (x, y) or (x < 9 and y < 9) or (x < 9 and y >= size - 8) or (y < 9 and x >= size - 8):
        return True
    if version >= 7 and ((x < 6 and y >= size - 11) or (y < 6 and x >= size - 11)):
        return True
    at = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return any(abs(x - cx) < 3 and abs(y - cy) < 3 for cx in at for cy in at if (cx, cy) not in corners)


def _in_order(words: list[int], version: int, level: int) -> bytes:
    """The data of the blocks one after another; they lie there in turns."""
    sizes = [info.num_data for info in BLOCKS[version][level] for _ in range(info.num_blocks)]
    blocks: list[list[int]] = [[] for _ in sizes]
    source = iter(words)
    for place in range(max(sizes)):
        for block, length in zip(blocks, sizes, strict=True):
            if place < length:
                block.append(next(source))
    return bytes(word for block in blocks for word in block)


def _said(data: bytes, version: int) -> str:
    bits, said = "".join(f"{byte:08b}" for byte in data), ""

    def take(number: int) -> int:
        nonlocal bits
        taken, bits = bits[:number], bits[number:]
        return int(taken or "0", 2)

    while len(bits) >= 4 and (mode := take(4)):
        if mode == 4:
            said += bytes(take(8) for _ in range(take(8 if version < 10 else 16))).decode()
        elif mode == 2:
            for left in range(take(9 if version < 10 else 11), 0, -2):
                pair = take(11 if left > 1 else 6)
                said += (ALPHANUMERIC[pair // 45] if left > 1 else "") + ALPHANUMERIC[pair % 45]
        else:
            raise ValueError(f"mode {mode}")
    return said
