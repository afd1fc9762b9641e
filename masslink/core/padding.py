"""Padding: sealed things come in a few sizes, so that their length says little about what is inside."""

SMALLEST = 192
STEP = 4096


def bucket(length: int) -> int:
    """The padded size, in bytes, of something `length` bytes long: 192, 384, 768, ... then multiples of 4096."""
    size = SMALLEST
    while size < length:
        size = size * 2 if size < STEP // 2 else (size // STEP + 1) * STEP
    return size


def pad_text(data: bytes) -> bytes:
    """JSON text filled up with spaces to its bucket; every JSON reader skips them, so there is nothing to undo."""
    return data.ljust(bucket(len(data)))


def pad_bytes(data: bytes, size: int | None = None) -> bytes:
    """Any bytes, marked with 0x80 and filled with zeros (ISO/IEC 7816-4) to `size`, or to their bucket."""
    marked = data + b"\x80"
    return marked.ljust(size or bucket(len(marked)), b"\0")


def unpad_bytes(data: bytes) -> bytes:
    """The inverse of `pad_bytes`. Raises ValueError when the mark is missing."""
    bare = data.rstrip(b"\0")
    if not bare.endswith(b"\x80"):
        raise ValueError("padding without its mark")
    return bare[:-1]
