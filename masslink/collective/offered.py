"""Words that are offered: made by chance, shown to be written down on paper, two of them typed back."""

import secrets
from dataclasses import dataclass, field

from masslink.vault import words


@dataclass
class Offered:
    """A login name and six words, and how far their future owner is with them."""

    login: str = field(default_factory=words.login_name)
    passphrase: str = field(default_factory=words.passphrase)
    asked: tuple[int, int] = (0, 1)
    written: bool = False  # they say it is on paper, and are asked for two words of it
    checked: bool = False  # they knew these two

    def __post_init__(self) -> None:
        self._ask_anew()

    def take(self, step: str) -> None:
        """What a button says: other words, "I have written them down", or see them again."""
        if step == "other":
            self.passphrase = words.passphrase()
            self._ask_anew()
        self.written, self.checked = step == "written", False

    def _ask_anew(self) -> None:
        """Choose which two words are to be typed back."""
        first, second = sorted(secrets.SystemRandom().sample(range(words.PASSPHRASE_WORDS), 2))
        self.asked = (first, second)

    @property
    def words(self) -> list[str]:
        return self.passphrase.split()

    def typed_back(self, first: str, second: str) -> bool:
        return [first, second] == [self.words[place] for place in self.asked]
