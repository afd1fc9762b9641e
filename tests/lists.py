"""Lists as organizations export them: household ids, names in three columns, birth dates in three, addresses.

Nobody in them exists. The same `rows` and `seed` always make the same bytes.
"""

import csv
import io
import random

_HEADER = "Household ID,Last,First,Middle,YoB,MoB,DoB,Address,City,State,Zip,Email"
HEADER = _HEADER.split(",")
_FIRST = (
    "Adaeze Amina Andrzej Anh Beatriz Bilal Carmen Chidi Dalia Dmitri Elif Emeka Farida Felix Giulia "
    "Grace Hanna Hassan Ines Ivan Jamal Jelena Kofi Kwame Lan Leila Lucía Magda Mateo Mei Milan Nadia "
    "Ngozi Olga Omar Paula Pedro Priya Rafael Rosa Samira Sergio Tariq Tomás Ursula Viktor Wanda "
    "Yusuf Zainab Zoran"
)
FIRST = _FIRST.split()
_LAST = (
    "Abara Acheampong Aydın Bakr Barros Bianchi Castillo Chowdhury Costa Dang Diallo Đorđević Ekwueme "
    "Farah Ferreira García Haddad Horvat Ibarra Ivanova Jansen Kaya Kowalska Kovač Lam Lindqvist "
    "Mahmoud Mensah Moreau Müller Ndiaye Nguyen Novak Okafor Oliveira Öztürk Petrov Quispe Rahman "
    "Rossi Santos Silva Tanaka Tran Usman Vargas Weber Wójcik Yamamoto Zapata"
)
LAST = _LAST.split()
STREETS = [
    "Canal St.",
    "Elm Ave.",
    "Foundry Rd.",
    "Hill St.",
    "Mill Ln.",
    "Orchard St.",
    "Quarry Rd.",
    "River St.",
]


def make_list(rows: int, seed: int) -> bytes:
    """A CSV file of this many rows. A few households share an address; about one row in fifty has no e-mail."""
    rng = random.Random(seed)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    household, address = 0, ""
    for at in range(rows):
        if at % 3 != 2 or not household:
            household, address = household + 1, f"{rng.randint(1, 4000)} {rng.choice(STREETS)}"
        writer.writerow(_row(rng, at, household, address))
    return out.getvalue().encode()


def _row(rng: random.Random, at: int, household: int, address: str) -> list[str]:
    first, last, middle = rng.choice(FIRST), rng.choice(LAST), rng.choice("ABCDEFGHJKLMNPRSTVWZ")
    born = (rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28))
    email = "" if at % 50 == 49 else f"{_plain(first)}.{_plain(last)}.{at}@mail.example"
    place = [address, "Riverton", "XY", f"{rng.randint(10000, 99999)}", email]
    return [f"{household:010d}", last, first, middle, *map(str, born), *place]


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isascii())
