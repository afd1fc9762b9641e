"""When a shift is at work, guessed from what it is called. Free of Django."""

from masslink.sites.lines import key

# The words people use, in some of the languages in which they do; the first part of a word is enough.
WORDS = {
    "night": ("night", "nacht", "noche", "noite", "nuit", "notte", "noc", "gece", "ночь", "ніч", "ليل"),
    "weekend": ("weekend", "week-end", "wochenende", "fin de semana", "saturday", "sunday", "hafta sonu"),
    "early": (
        "early",
        "morning",
        "früh",
        "fruh",
        "mañana",
        "manana",
        "manhã",
        "matin",
        "mattin",
        "rano",
        "sabah",
    ),
    "evening": (
        "evening",
        "late",
        "afternoon",
        "spät",
        "spat",
        "abend",
        "tarde",
        "soir",
        "sera",
        "akşam",
        "swing",
    ),
    "day": ("day", "tag", "día", "dia", "jour", "giorno", "dzień", "gündüz", "день"),
}


def guess_time(name: str) -> str:
    """One of `Shift.Time`, or nothing where the name says nothing. "Monday" isn't by day."""
    said = " " + key(name)
    for time, words in WORDS.items():
        if any(f" {word}" in said for word in words):
            return time
    return ""
