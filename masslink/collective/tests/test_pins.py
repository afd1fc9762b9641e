"""What a PIN may be."""

import pytest

from masslink.collective import pins


@pytest.mark.parametrize(
    ("pin", "fault"),
    [
        ("12345", pins.TOO_SHORT),
        ("", pins.TOO_SHORT),
        ("4930a7", pins.NOT_DIGITS),
        ("4" * 21, pins.TOO_LONG),
        ("000000", pins.REPEATS),
        ("121212", pins.REPEATS),
        ("493493", pins.REPEATS),
        ("447799", pins.REPEATS),
        ("493394", pins.REPEATS),
        ("494949494", pins.REPEATS),
        ("123456", pins.IN_A_ROW),
        ("876543", pins.IN_A_ROW),
        ("8901234", pins.IN_A_ROW),
        ("147258", pins.IN_A_ROW),
        ("240781", pins.A_DATE),
        ("072481", pins.A_DATE),
        ("810724", pins.A_DATE),
        ("24071981", pins.A_DATE),
        ("19810724", pins.A_DATE),
    ],
)
def test_what_is_guessed_first_is_refused(pin: str, fault: str) -> None:
    assert pins.fault(pin) == fault


@pytest.mark.parametrize("pin", ["493027", "860415296", "95581346"])
def test_others_are_taken(pin: str) -> None:
    assert pins.fault(pin) == ""


def test_nine_of_ten_are_left_to_choose_from() -> None:
    sample = range(0, 1_000_000, 97)
    assert sum(not pins.fault(f"{number:06d}") for number in sample) > len(sample) * 0.9


def test_spaces_and_other_digits_are_the_same_pin() -> None:
    assert pins.tidy(" 493 027 ") == pins.tidy("493-027") == pins.tidy("٤٩٣٠٢٧") == "493027"
    assert pins.could_be("493027")
    assert not pins.could_be("words of a sheet")


def test_one_by_chance_is_always_taken() -> None:
    assert {pins.fault(pins.by_chance()) for _ in range(200)} == {""}
