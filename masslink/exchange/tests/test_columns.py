"""Columns are guessed, sensitive ones stay behind, rows become people with their problems said."""

import csv
from pathlib import Path

import pytest

from masslink.exchange import columns, rows
from masslink.exchange.reading import read_table

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "osdi-fake-people.csv"
REAL_HEADINGS = [
    "Household ID",
    "Last",
    "First",
    "Middle",
    "YoB",
    "MoB",
    "DoB",
    "Address",
    "City",
    "State",
    "Zip",
    "Email",
]


def verdicts(headers, sample=()):
    return {headers[one.column]: (one.verdict, one.target) for one in columns.guess(headers, sample)}


def taken(headers, sample=()):
    guesses = columns.guess(headers, sample)
    return {headers[column]: target for column, target in columns.proposed(guesses).items()}


def neighbours(count=300):
    """A list of the real one's shape: households of three, birth dates in three columns."""
    yield from (
        [f"{at // 3:010}", f"Last{at}", f"First{at}", "J", "1976", "2", "18", "3 O St.", "Washington", "DC",
        "20007", f"p{at}@x.org"]
        for at in range(count)
    )  # fmt: skip


def test_the_neighbourhood_list_maps():
    found = verdicts(REAL_HEADINGS, list(neighbours()))
    assert {name: found[name] for name in ("Last", "First", "Middle", "Email")} == {
        "Last": ("take", "family_name"), "First": ("take", "given_name"), "Middle": ("take", "middle_name"),
        "Email": ("take", "email"),
    }  # fmt: skip
    assert [found[name][1] for name in ("YoB", "MoB", "DoB")] == ["birth_year", "birth_month", "birth_day"]
    assert {found[name][0] for name in REAL_HEADINGS if name not in ("Last", "First", "Middle", "Email")} == {
        "leave"
    }


@pytest.mark.skipif(not REAL.exists(), reason="the real list is not here")
def test_the_real_list_goes_in_whole():
    table = read_table(REAL.read_bytes())
    guesses = columns.guess(table.headers, table.rows)
    mapping = columns.proposed(guesses)
    household = guesses[0]
    assert (household.verdict, household.reason) == ("leave", "household")
    assert sorted(mapping.values()) == ["email", "family_name", "given_name", "middle_name"]
    people = [
        rows.compose(row, mapping, headers=table.headers, row_number=number)
        for row, number in zip(table.rows, table.row_numbers, strict=True)
    ]
    assert len(people) == 11_540
    assert people[0].fields == {"name": "Lawrence J Woodard", "email": "lawrence.woodard@fake.osdi.info"}
    assert not any(person.problems for person in people)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("Name,Given Name,Additional Name,Family Name,Nickname,Birthday,Gender,Notes,Group Membership,"
         "E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Value,Address 1 - Street,"
         "Organization 1 - Department",
         "name given_name middle_name family_name nickname matters email phone phone unit"),
        ("First Name,Middle Name,Last Name,"
         "Phonetic First Name,Name Prefix,Nickname,File As,Organization Name,"
         "Organization Department,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,"
         "Phone 1 - Label,Phone 1 - Value",
         "given_name middle_name family_name nickname name unit matters email phone"),
        ("Title,First Name,Last Name,Company,Department,"
         "Business Street,Business Phone,Home Phone,Mobile Phone,"
         "E-mail Address,E-mail 2 Address,E-mail Type,Home Street,Categories",
         "given_name family_name unit phone phone email email"),
        ("identifiers,given_name,family_name,gender,party_identification,ethnicities,"
         "email_addresses[0].address,"
         "phone_numbers[0].number,phone_numbers[0].number_type,postal_addresses[0].locality,"
         "languages_spoken,birthdate.year",
         "card_id given_name family_name email phone languages"),
        ("uuid,first_name,last_name,email,can2_phone,can2_user_tags,zip_code,can2_subscription_status",
        "card_id given_name family_name email phone"),
        ("nationbuilder_id,first_name,middle_name,last_name,email,phone_number,mobile_number,party,support_level,"
         "primary_city,inferred_party,is_voter,tag_list",
         "card_id given_name middle_name family_name email phone phone"),
        ("Vorname,Nachname,Handynummer,E-Mail-Adresse,Abteilung,Schicht,Geburtsdatum,PLZ,Bemerkungen,Konfession",
         "given_name family_name phone email unit shift matters"),
        ("Prénom,Nom,Téléphone,Courriel,Équipe,Date de naissance,Nationalité",
        "given_name family_name phone email unit"),
        ("Nombre,Apellidos,Teléfono móvil,Correo electrónico,Turno,Afiliación sindical",
        "given_name family_name email shift"),
        ("Imię,Nazwisko,Telefon komórkowy,Adres e-mail,Dział,Zmiana,PESEL",
        "given_name family_name phone email unit shift"),
        ("Ad,Soyad,Cep Telefonu,E-posta,Bölüm,Vardiya,Din", "given_name family_name phone email unit shift"),
        ("الاسم الأول,اسم العائلة,رقم الهاتف,البريد الإلكتروني,القسم,الجنسية",
        "given_name family_name phone email unit"),
    ],
)  # fmt: skip
def test_known_exports_and_languages(headings, expected):
    headers = next(csv.reader([headings]))
    assert sorted(taken(headers).values()) == sorted(expected.split())


@pytest.mark.parametrize(
    "heading",
    ["Party", "party_identification", "Voter ID", "2024 vote", "Religion", "Konfession", "Ethnicity", "Race",
    "Health", "Disability",
     "Schwerbehindert", "Immigration status", "Nationality", "Staatsangehörigkeit", "Visa", "Union member",
     "Gewerkschaft",
     "Sexual Orientation", "SSN", "Social Security No.", "support_level", "الدين", "Sağlık durumu",
     "Niepełnosprawność"],
)  # fmt: skip
def test_refused_columns_cannot_be_mapped(heading):
    (guess,) = columns.guess([heading], [["x"]])
    assert (guess.verdict, columns.choices(guess)) == ("refuse", ())
    with pytest.raises(columns.Refused):
        columns.settle([guess], {0: "matters"})


def test_left_columns_can_be_insisted_on_but_not_to_a_field_that_is_not_there():
    guesses = columns.guess(["Name", "Birthday", "Colour"], [["Ana", "1976-02-03", "red"]])
    assert columns.settle(guesses, {0: "name", 1: "birthday", 2: ""}) == {0: "name", 1: "birthday"}
    with pytest.raises(columns.Refused):
        columns.settle(guesses, {2: "religion"})


def test_cells_tell_where_headings_do_not():
    headers = ["Column 1", "Column 2", "Column 3", "Column 4", "Column 5"]
    sample = [["Ana Lopez", "(202) 456-1111", "ana@x.org", "Catholic", "123-45-6789"],
              ["Ben Ray", "202 456 1112", "ben@x.org", "Muslim", "223-45-6789"],
              ["Cy O'Neill-Smith", "+49 171 1234567", "", "Jewish", "323-45-6789"]]  # fmt: skip
    assert verdicts(headers, sample) == {
        "Column 1": ("take", "name"), "Column 2": ("take", "phone"), "Column 3": ("take", "email"),
        "Column 4": ("refuse", ""), "Column 5": ("refuse", ""),
    }  # fmt: skip


def test_a_number_many_rows_share_is_no_card_id():
    unique = [[str(at), f"P {at}"] for at in range(100)]
    shared = [[str(at // 2), f"P {at}"] for at in range(100)]
    assert verdicts(["ID", "Name"], unique)["ID"] == ("take", "card_id")
    assert verdicts(["ID", "Name"], shared)["ID"] == ("leave", "card_id")


def test_every_verdict_has_its_sentence():
    sample = list(neighbours(3))
    for one in columns.guess([*REAL_HEADINGS, "Party", "Gender", "??"], sample):
        assert columns.reason_sentence(one)


HEADERS = ["Given", "Family", "Phone", "Phone 2", "E-mail", "Since", "Reach"]
MAPPING = dict(enumerate(["given_name", "family_name", "phone", "phone", "email", "since", "reach"]))


def composed(*row, region="US"):
    return rows.compose(row, MAPPING, headers=HEADERS, row_number=7, region=region)


def test_a_row_becomes_a_person():
    person = composed(
        " Ana ", "Pérez", "(202) 456-1111", "", "Ana <ANA@X.org>", "5/31/2024", "Only in person"
    )
    assert person.fields == {
        "name": "Ana Pérez", "phone": "+12024561111", "email": "ana@x.org", "since": "2024-05-31",
        "reach": "in_person",
    }  # fmt: skip
    assert person.problems == []
    assert composed("Ana", "", "0171 1234567", "", "", "31.5.2024", "", region="DE").fields == {
        "name": "Ana", "phone": "+491711234567", "since": "2024-05-31",
    }  # fmt: skip


def test_what_is_wrong_is_said_and_the_row_still_goes_in():
    person = composed("Ana", "", "12345 ::: (202) 456-1111", "(202) 456-1112", "ana at x", "soon", "pigeon")
    assert person.fields == {"name": "Ana", "phone": "12345"}
    assert {(problem.code, problem.column, problem.taken) for problem in person.problems} == {
        ("more_phones", "Phone", True), ("phone_form", "Phone", True), ("email_form", "E-mail", True),
        ("date_form", "Since", True), ("reach_unknown", "Reach", True),
    }  # fmt: skip
    assert all("Row 7" in problem.sentence() for problem in person.problems)


def test_a_row_with_nobody_in_it_is_a_problem_and_downloads_harmlessly():
    person = composed("", "", "", "", "=cmd()", "", "")
    assert person.fields is None
    assert [(problem.code, problem.taken) for problem in person.problems] == [
        ("email_form", False),
        ("nobody", False),
    ]
    lines = list(csv.reader(rows.problems_csv(person.problems).decode("utf-8-sig").splitlines()))
    assert lines[1][:3] == ["7", "E-mail", "'=cmd()"]


@pytest.mark.parametrize(
    ("parts", "birthday"),
    [
        (("1976", "2", "3"), "1976-02-03"),
        (("1976", "", ""), "1976"),
        (("1976", "2", ""), "1976-02"),
        (("", "2", "3"), "--02-03"),
    ],
)
def test_birth_parts_somebody_insisted_on(parts, birthday):
    mapping = {0: "name", 1: "birth_year", 2: "birth_month", 3: "birth_day"}
    person = rows.compose(["Ana", *parts], mapping, headers=list("abcd"), row_number=1)
    assert person.fields == {"name": "Ana", "birthday": birthday}
