"""The persons of the demo, by place, unit and shift: a first name and an initial, as in most notebooks."""

from __future__ import annotations

from dataclasses import dataclass

from masslink.sites.demo import BLOCKS, KITCHEN, WAREHOUSE


@dataclass(frozen=True)
class P:
    """One person; days are counted back from today."""

    name: str
    by: str
    added: int
    matters: str = ""
    nickname: str = ""
    reach: str = ""
    phone: int | None = None  # the last three digits of a number that is nobody's
    email: str = ""
    languages: str = ""
    knows: int | None = None  # told on that day that we keep notes
    there_for: int | None = None  # at the place since so many days
    left: int | None = None

    @property
    def number(self) -> str:
        return f"+44 7700 900{self.phone:03d}" if self.phone is not None else ""


Cast = tuple[tuple[str, str | None, tuple[P, ...]], ...]

# fmt: off
IN_THE_WAREHOUSE: Cast = (
    ("Packing", "Day", (
        P("Priya N.", "Ana", 174, "That new people get shown the work by somebody, not by a screen.",
            reach="text", phone=111, languages="Tamil, English", knows=96, there_for=1100),
        P("Joanne W.", "Dee", 172, "Fair turns at the heavy lane.", reach="call", phone=112, knows=60,
            there_for=2400),
        P("Bo L.", "Dee", 168, languages="Mandarin, English", reach="in_person", there_for=400),
        P("Ruth K.", "Dee", 170, "She counts everything: parcels, minutes, promises. Trusts paper.",
            reach="call", phone=113, knows=101, there_for=3100),
        P("Teo M.", "Dee", 150, nickname="the drummer", there_for=210),
        P("Samira A.", "Dee", 133, "Wants the gloves that fit, and to be asked before the plan changes.",
            reach="never_at_work", phone=114, knows=80),
        P("Iris P.", "Dee", 161, reach="text", phone=115, there_for=190, left=97),
    )),
    ("Packing", "Evening", (
        P("Rosa D.", "Ana", 178,
            "Breaks that are really ten minutes. Would rather show people than tell them.", reach="call",
            phone=101, languages="Spanish, English", knows=141, there_for=2000),
        P("Carla P.", "Ana", 175, "The last bus. She won't sign what she hasn't read.", reach="text",
            phone=102, languages="Portuguese, English", knows=90, there_for=900),
        P("Deniz Y.", "Ana", 170, "A rate one can keep up for eight hours, not for one.", reach="call",
            phone=103, knows=84),
        P("Olena S.", "Ana", 166, "Getting the agency people the same break room.", reach="never_at_work",
            phone=104, languages="Ukrainian, Polish", knows=72),
        P("Elif T.", "Ana", 140, reach="in_person"),
        P("Nguyen H.", "Ana", 155, "The overtime list, and who gets asked first.", reach="text", phone=105,
            languages="Vietnamese, English"),
        P("Marta Z.", "Ana", 150, reach="not_at_all"),
        P("Kwame B.", "Ana", 120, "Photographs. Took the picture of the moved clock.", reach="text",
            phone=106, email="kwame@example.org", knows=88),
    )),
    ("Packing", "Night", (
        P("Marcus O.", "Ana", 137, "That nobody is let go without the others knowing why.", reach="call",
            phone=121, knows=74, there_for=500, left=74),
        P("Tess V.", "Ana", 164, "Nights by choice. Wants to be told things before they are decided.",
            reach="call", phone=122, knows=110, there_for=2700),
        P("Abebe G.", "Joris", 146, "A warm meal at three in the morning.", reach="in_person",
            languages="Amharic, English"),
        P("Mei C.", "Joris", 144, "Getting the rates in writing.", reach="text", phone=123, knows=40),
        P("Ivan R.", "Joris", 139, reach="in_person", languages="Bulgarian, some English"),
        P("Ludmila F.", "Joris", 118, nickname="Luda"),
        P("Tall guy, packing", "Joris", 52, reach="in_person"),
        P("Paulo N.", "Joris", 95, reach="text", phone=124, left=58, there_for=330),
    )),
    ("Picking", "Day", (
        P("Fatima E.", "Ben", 179,
            "Her team. Covers for whoever is new, and is tired of being thanked with more work.",
            reach="call", phone=131, languages="Arabic, French, English", knows=132, there_for=2200),
        P("Jonas W.", "Ben", 177, "Wants to understand how the rate is calculated.", reach="text", phone=132,
            email="jonas.w@example.org", knows=99),
        P("Yusuf I.", "Dee", 169,
            "His route home; swaps shifts with everybody and remembers who swapped back.", reach="call",
            phone=133, languages="Somali, English"),
        P("Lee P.", "Ben", 160, reach="in_person"),
        P("Grace O.", "Ben", 163, "Being spoken to like an adult.", reach="call", phone=134, knows=70,
            there_for=1500),
        P("Stefan B.", "Ben", 142, "The forklift course he was promised.", reach="text", phone=135),
        P("Hana J.", "Ben", 125, "Equal pay with the people from the agency.", reach="call", phone=136,
            languages="Slovak, English", knows=66),
        P("Viktor D.", "Ben", 106),
    )),
    ("Picking", "Evening", (
        P("Andrzej K.", "Ana", 165, "Was in a strike at his last job; says they were not asked often enough.",
            reach="call", phone=141, languages="Polish, English", knows=120, there_for=800),
        P("Femi A.", "Ana", 148, "Knows everybody through the Sunday football.", reach="text", phone=142),
        P("Lina M.", "Ana", 130, "Learning to speak in front of people.", reach="text", phone=143, knows=61),
        P("Rui C.", "Ana", 122, languages="Portuguese, some English"),
        P("Aisha D.", "Ana", 88, reach="in_person"),
    )),
    ("Picking", "Night", (
        P("Milan P.", "Joris", 141, "The scanner that logs him out and calls it idle time.", reach="call",
            phone=151, knows=47),
        P("Sofia G.", "Joris", 136, "The walk from the bus stop in the dark.", reach="text", phone=152,
            languages="Greek, English"),
        P("Tariq Z.", "Joris", 109, reach="never_at_work"),
        P("Bea L.", "Joris", 83),
    )),
    ("Dock", "Day", (
        P("Sam T.", "Ben", 158, "Two people for everything over 25 kilos, as it says on the wall.",
            reach="call", phone=161, knows=86, there_for=4000),
        P("Pjotr W.", "Ben", 147, reach="in_person", languages="Polish, German"),
        P("Frank H.", "Ben", 143, "Twenty-two years here, has seen four managers go.", there_for=8000),
        P("Omar S.", "Dee", 129, "The rain comes in at gate 6.", reach="text", phone=162),
        P("Gosia M.", "Dee", 128, "The only woman on the dock, and no locker there.", reach="call", phone=163,
            knows=55),
        P("Cap with the anchor", "Ben", 44),
    )),
    ("Dock", "Evening", (P("Dragan V.", "Ana", 76, reach="in_person"),)),
    ("Dock", "Night", (
        P("Kofi M.", "Joris", 126, "Loads alone since the second man was cut.", reach="call", phone=171),
        P("Anders J.", "Joris", 92, reach="not_at_all"),
    )),
    ("Returns", "Day", (
        P("Nadia B.", "Ben", 156, "Wants the returns people to count as part of the hall.", reach="text",
            phone=181, knows=77, there_for=1900),
        P("Colm R.", "Ben", 138, "Plays the fiddle; has the key to the club room on Cooper Street.",
            reach="call", phone=182),
        P("Wei F.", "Ben", 115, languages="Mandarin, English"),
        P("Irene S.", "Ben", 106, left=31, there_for=1400),
        P("Zofia L.", "Dee", 79, reach="text", phone=183),
    )),
    ("Returns", "Evening", (
        P("Hamid K.", "Ana", 113, "Reads contracts for half the hall.", reach="call", phone=184,
            languages="Dari, English", knows=58),
        P("Lucia V.", "Ana", 99, reach="text", phone=185),
    )),
)

IN_THE_KITCHEN: Cast = (
    ("Cooking", "Early", (
        P("Jean-Luc B.", "Ines", 161, "Food he would eat himself.", reach="in_person",
            languages="French, English", there_for=3300),
        P("Amara N.", "Tomás", 158, "Being trained as a cook instead of doing it untrained and unpaid.",
            reach="text", phone=201, knows=75),
        P("Petra S.", "Ines", 117, reach="never_at_work"),
    )),
    ("Cooking", "Late", (
        P("Old Marek", "Tomás", 152,
            "Retires in two years and wants to leave the place better than he found it.", reach="call",
            phone=202, knows=112, there_for=6900),
        P("Suresh P.", "Tomás", 104, languages="Tamil, English"),
    )),
    ("Tray line", "Early", (
        P("Filomena R.", "Ines", 175, "Four on the line, as it was.", reach="call", phone=211,
            languages="Portuguese, English", knows=130, there_for=4400),
        P("Doris A.", "Ines", 173, "Sundays: two a month and no more.", reach="call", phone=212, knows=118,
            there_for=5200),
        P("Agnes T.", "Ines", 168, "Sings on the line. Not afraid of the head of kitchen.", reach="call",
            phone=213, knows=81),
        P("Rahel M.", "Ines", 149, "Knowing her rota early enough to plan a week.", reach="text", phone=214,
            languages="Tigrinya, English"),
        P("Joy C.", "Noor", 124, "Her trainees not being sent off alone.", reach="text", phone=215, knows=63),
        P("Tran L.", "Tomás", 136, languages="Vietnamese, some English"),
        P("Beatriz S.", "Ines", 145, "Gets the temp workers to sit with the others.", reach="call", phone=216,
            knows=50),
    )),
    ("Tray line", "Late", (
        P("Kasia W.", "Tomás", 166, "The swap book, so that swaps stop going through the office.",
            reach="text", phone=221, languages="Polish, English", knows=102),
        P("Mo F.", "Tomás", 154, "Football on Sunday mornings.", reach="text", phone=222),
        P("Yvonne D.", "Tomás", 131, reach="in_person", there_for=2500),
        P("Selin K.", "Tomás", 98, reach="not_at_all"),
    )),
    ("Dish room", "Early", (
        P("Ali R.", "Tomás", 171, "A third pair of hands at the belt between nine and ten.", reach="call",
            phone=231, languages="Arabic, English", knows=107, there_for=1300),
        P("Goran T.", "Tomás", 163, "Fixes the machine himself because nobody comes.", reach="in_person"),
        P("Manu E.", "Tomás", 110, left=72, there_for=600),
    )),
    ("Dish room", "Late", (
        P("Dawit H.", "Tomás", 160, "Being let go home when the work is done.", reach="text", phone=232,
            languages="Tigrinya, Arabic, English", knows=64),
        P("Ionut C.", "Tomás", 119),
        P("Pilar G.", "Tomás", 127, "The floor that is never dry.", reach="call", phone=233),
    )),
    ("Laundry", "Early", (
        P("Hatice Y.", "Ines", 167,
            "Nineteen years at the mangle; does not want to hear the word family from the management.",
            reach="call", phone=241, languages="Turkish, German, English", knows=109, there_for=6900),
        P("Svetlana M.", "Ines", 153, "Trolleys that can be pushed by one person.", reach="text", phone=242),
        P("Rosemary J.", "Noor", 121, reach="call", phone=243, there_for=1700),
        P("Thu N.", "Noor", 120, "Wants the letters explained before anybody signs them.", reach="text",
            phone=244, languages="Vietnamese, English", knows=59),
        P("Blessing O.", "Noor", 123, "Her name pronounced right, and the Sunday list drawn by lot.",
            reach="call", phone=245, knows=82),
        P("Edna F.", "Noor", 86),
    )),
    ("Laundry", "Late", (
        P("Cristina V.", "Noor", 116, "What happens to the laundry if it goes to the firm across the river.",
            reach="call", phone=246, languages="Romanian, English", knows=35),
        P("Musa D.", "Noor", 105, "The heat by the dryers in June.", reach="in_person"),
        P("Halyna B.", "Noor", 78, left=24, there_for=410),
    )),
)

IN_THE_BLOCKS: Cast = (
    ("Linden Street 2", None, (
        P("Mrs. Novak", "Ines", 169, "Thirty years on the second floor. Has every letter since the first.",
            reach="in_person", knows=116, there_for=11000),
        P("Tony G.", "Mira", 166, "Repairs bicycles in the yard, hears everything.", reach="call", phone=301,
            knows=92),
        P("Shirin H.", "Ana", 162, "Somebody to translate letters for the stairwell.", reach="text",
            phone=302, languages="Farsi, English", knows=85),
        P("Ken D.", "Mira", 143, reach="not_at_all"),
        P("Lotte B.", "Mira", 127, "The lift, because of the shopping for three floors.", reach="call",
            phone=303),
        P("Mr. Haddad", "Mira", 122, reach="in_person", languages="Arabic, French"),
        P("Zainab U.", "Mira", 118, "Draws; made the poster for the yard.", reach="text", phone=304,
            knows=62),
        P("Old Piet", "Mira", 108, "Was caretaker here until they cut the post.", reach="in_person",
            there_for=9000),
    )),
    ("Linden Street 4", None, (
        P("Jamal S.", "Ana", 160, "Rent that leaves something on the 20th.", reach="text", phone=311,
            knows=95),
        P("Birgit K.", "Mira", 164, "Writes down the temperature every morning.", reach="call", phone=312,
            email="birgit.k@example.org", knows=113),
        P("Esther A.", "Ana", 151, "A place where the young ones can sit.", reach="call", phone=313,
            knows=68),
        P("Nuno F.", "Mira", 139, "Wants to see the accounts for the heating.", reach="text", phone=314),
        P("Carol M.", "Mira", 126, reach="in_person", left=46, there_for=2100),
        P("Hoa P.", "Mira", 103, languages="Vietnamese, German"),
        P("Ramon T.", "Ana", 94, reach="text", phone=315),
        P("Second floor left", "Mira", 83),
    )),
    ("Linden Street 6", None, (
        P("Danuta C.", "Dee", 138, "Keys: she has eleven of her neighbours' keys.", reach="in_person",
            languages="Polish, English", knows=57),
        P("Leroy J.", "Dee", 132, "Sound system for the yard.", reach="text", phone=321),
        P("Margit V.", "Mira", 157, "Says that complaining alone is how they like it.", reach="call",
            phone=322, knows=100),
        P("Sunil R.", "Dee", 114, "Understands the meter and can explain it.", reach="call", phone=323,
            knows=51),
        P("Tanya O.", "Mira", 112, reach="text", phone=324),
        P("Fedor L.", "Mira", 97),
        P("Inge W.", "Mira", 91, reach="call", phone=325, there_for=18000),
        P("Abdi N.", "Mira", 134, "Drives nights; wants meetings before six.", reach="call", phone=326,
            languages="Somali, English"),
        P("Colette R.", "Dee", 65),
    )),
    ("Mill Lane 11", None, (
        P("Gül A.", "Mira", 170, "Mill Lane is always forgotten.", reach="call", phone=331,
            languages="Turkish, English", knows=105),
        P("Steve B.", "Mira", 150, "Wants proof before he believes anybody, us included.", reach="in_person"),
        P("Mrs. Osei", "Mira", 156,
            "Knows how to run a meeting; did it for twenty years at the cooperative shop.", reach="call",
            phone=332, knows=94),
        P("Ravi K.", "Mira", 130, "The stairs' light has a timer that beats everybody.", reach="text",
            phone=333),
        P("Paula Z.", "Mira", 121, reach="text", phone=334, knows=42),
        P("Kim S.", "Mira", 90),
        P("Brigitte M.", "Ines", 101, reach="text", phone=335),
    )),
)
# fmt: on

CAST = ((WAREHOUSE, IN_THE_WAREHOUSE), (KITCHEN, IN_THE_KITCHEN), (BLOCKS, IN_THE_BLOCKS))
