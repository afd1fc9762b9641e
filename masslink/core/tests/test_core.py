"""Padding, paths and numbers out of addresses."""

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from masslink.core.padding import SMALLEST, STEP, bucket, pad_bytes, pad_text, unpad_bytes
from masslink.core.pages import back_to, number, own_path


@given(st.integers(0, 200_000))
def test_sizes_come_in_few_buckets(length: int):
    size = bucket(length)
    assert size >= max(length, SMALLEST)
    assert size in (192, 384, 768, 1536, 3072) or size % STEP == 0
    assert size < 2 * max(length, SMALLEST) + 1 and size - length <= max(STEP, length)
    assert bucket(size) == size


def test_there_are_few_sizes_of_short_texts():
    assert {bucket(n) for n in range(STEP)} == {192, 384, 768, 1536, 3072, 4096}
    assert len(pad_text(b"x")) == SMALLEST


@given(st.binary(max_size=600))
def test_padded_bytes_come_back(data: bytes):
    assert unpad_bytes(pad_bytes(data)) == data
    assert unpad_bytes(pad_bytes(data, 1024)) == data


@pytest.mark.parametrize("data", [b"", b"\0\0", b"abc", b"anything\x01\0"])
def test_padding_without_its_mark_is_refused(data: bytes):
    with pytest.raises(ValueError, match="mark"):
        unpad_bytes(data)


@pytest.mark.parametrize(
    "path, own",
    [("/people?a=1", True), ("//evil.example", False), ("/\\evil.example", False), ("https://evil.example", False),
     ("javascript:alert(1)", False), ("people", False), ("", False), (None, False), ("/\t/evil.example", False)],
)  # fmt: skip
def test_only_our_own_pages_are_gone_back_to(path: str | None, own: bool):
    assert own_path(path) == (path if own else "")
    request = RequestFactory().post("/", {"back": path or ""})
    assert back_to(request, "/people") == (path if own else "/people")


def test_numbers_out_of_addresses():
    texts = ["7", "0", "-1", "x", "", None, "9" * 9, "1.5", "٣"]
    assert [number(t) for t in texts] == [7, 1, 1, 1, 1, 1, 1, 1, 3]
