"""What columns are called: in exports of address books and campaign tools, and plainly in several languages.

Facts only; columns decides what follows from them. Headings are compared folded: small letters, no accents,
no punctuation, single spaces.
"""

import re
import unicodedata

_PLAIN_LETTERS = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})

# Target -> headings. The first word before the colon is a field of a person, or a part of one.
_HEADINGS = {
    "name": """
        name; full name; fullname; display name; complete name; contact; contact name; person; file as; fn;
        vollstandiger name; vor und nachname; ganzer name; anzeigename; nom complet; nom et prenom; prenom
        et nom; nombre completo; nombre y apellido; nombre y apellidos; nombres y apellidos; imie i
        nazwisko; nazwisko i imie; ad soyad; adi soyadi; isim soyisim; isim; tam ad; الاسم; الاسم الكامل; co
        worker; coworker; worker; employee; neighbour; neighbor; tenant; kollege; kollegin; kollege in;
        mieter; nachbar; colega; pracownik; participant""",
    "given_name": """
        given name; first name; firstname; first; fname; forename; given; givenname; prenom; vorname;
        rufname; nombre; nombres; primer nombre; nombre de pila; imie; ad; adi; ilk ad; الاسم الاول; given
        names; first names; prenoms; vornamen""",
    "family_name": """
        family name; last name; lastname; last; lname; surname; familyname; family; nom; nom de famille;
        nachname; familienname; zuname; apellido; apellidos; primer apellido; nazwisko; soyad; soyadi;
        soyisim; اسم العائلة; اللقب; النسبة""",
    "middle_name": """
        middle name; middlename; middle; middle initial; mi; additional name; additional names; second name;
        zweiter vorname; deuxieme prenom; segundo nombre; drugie imie; ikinci ad; الاسم الاوسط""",
    "nickname": """
        nickname; nick name; nick; alias; known as; called; preferred name; goes by; short name; spitzname;
        surnom; pseudo; apodo; mote; ksywa; pseudonim; przezwisko; zdrobnienie; takma ad; lakap; الكنية""",
    "phone": """
        phone; phone number; phones; phone numbers; telephone; telephone number; tel; tel no; telno; cell;
        cell phone; cellphone; mobile; mobile phone; mobile number; mobile phone number; primary phone; main
        phone; car phone; home phone; home phone 2; other phone; phone home; phone mobile; whatsapp;
        whatsapp number; signal; can2 phone; sms; text number; phone number number; telefon; telefonnummer;
        handy; handynummer; mobil; mobilnummer; mobiltelefon; rufnummer; festnetz; portable; telephone
        portable; numero de telephone; mobile perso; telefono; numero de telefono; movil; celular; numer
        telefonu; numer; telefon komorkowy; komorka; nr telefonu; telefon numarasi; cep; cep telefonu; gsm;
        الهاتف; رقم الهاتف; الجوال; رقم الجوال; موبايل; تلفون; handy nr; telefon nr; tel nr; phone nr; phone
        no; mobile no; contact number; mobile number 1; phone number 1""",
    "email": """
        email; e mail; mail; email address; e mail address; email addresses; mail address; primary email;
        email 1; e mail 2 address; e mail 3 address; email home; home email; personal email; private email;
        can2 email; mailadresse; e mail adresse; email adresse; courriel; adresse mail; adresse email;
        adresse e mail; adresse electronique; correo; correo electronico; direccion de correo; adres e mail;
        adres email; poczta; poczta elektroniczna; eposta; e posta; e posta adresi; البريد الالكتروني; بريد
        الكتروني; الايميل; ايميل""",
    "languages": """
        language; languages; languages spoken; spoken languages; preferred language; language preference;
        sprache; sprachen; langue; langues; idioma; idiomas; lengua; jezyk; jezyki; dil; diller; konustugu
        diller; اللغة; اللغات; preferred languages""",
    "unit": """
        unit; department; dept; organization department; organisation department; area; team; section; ward;
        building; block; house; station; line; floor; abteilung; bereich; station nr; einheit; haus;
        gebaude; etage; departement; service; equipe; unite; batiment; rayon; atelier; departamento;
        seccion; area de trabajo; edificio; bloque; planta; equipo; dzial; oddzial; wydzial; budynek;
        zespol; bolum; birim; departman; servis; bina; ekip; القسم; قسم; الوحدة; المبنى; work area; work
        unit""",
    "shift": """
        shift; shifts; work shift; schicht; schichten; horaire; poste horaire; tour; turno; turnos; zmiana;
        zmiany; vardiya; الوردية; وردية; shift name; shift pattern""",
    "card_id": """
        card id; id; uid; uuid; guid; contact id; person id; member id; membership number; member number;
        record id; external id; identifiers; identifier; nationbuilder id; van id; vanid; civicrm id; can2
        user id; salesforce id; myc van id; unique id; mitgliedsnummer; mitglieds nr; kartennummer; karten
        nr; numero adherent; numero de adherent; numero de socio; numer karty; numer czlonkowski; uye no;
        uye numarasi; kart no; رقم العضوية; رقم البطاقة; card number; card no; ausweisnummer; row id; osdi
        id""",
    "since": """
        since; start date; started; hire date; hired; date hired; employed since; works here since; joined;
        moved in; seniority date; seit; dabei seit; eintritt; eintrittsdatum; eingestellt am; eingezogen;
        depuis; date d embauche; date d entree; desde; fecha de ingreso; fecha de inicio; fecha de
        contratacion; od kiedy; od; data zatrudnienia; baslangic tarihi; ise giris tarihi; ise baslama
        tarihi; تاريخ التعيين; منذ""",
    "reach": """
        reach; how to reach; contact preference; preferred contact; preferred contact method; contact
        method; best way to reach; erreichbar; erreichbarkeit; kontaktweg; comment joindre; forma de
        contacto; sposob kontaktu; iletisim tercihi""",
    "matters": """
        matters; what matters; cares about; issues; concerns; interests; note; notes; comment; comments;
        remarks; memo; background; notiz; notizen; bemerkung; bemerkungen; anmerkung; anmerkungen;
        kommentar; anliegen; remarque; remarques; commentaire; commentaires; notas; nota; comentarios;
        observaciones; uwagi; notatki; notatka; komentarz; not; notlar; aciklama; aciklamalar; ملاحظات;
        ملاحظة""",
    "birthday": """
        birthday; birth date; birthdate; date of birth; dob; dob date; born; born on; bday; geburtstag;
        geburtsdatum; geb datum; geboren; geboren am; date de naissance; naissance; anniversaire; fecha de
        nacimiento; nacimiento; cumpleanos; data urodzenia; urodziny; dogum tarihi; dogum gunu; تاريخ
        الميلاد; عيد الميلاد; age; alter; edad; wiek; yas; العمر; birth date string""",
    "birth_year": """
        birth year; year of birth; yob; birthdate year; birthday year; geburtsjahr; jahrgang; annee de
        naissance; ano de nacimiento; rok urodzenia; dogum yili; سنة الميلاد""",
    "birth_month": "birth month; month of birth; mob; birthdate month; birthday month; geburtsmonat",
    "birth_day": "birth day; day of birth; birthdate day; birthday day; day of birth number",
    "address": """
        address; home address; street; street address; address line 1; address line 2; address 1; address 2;
        address1; address2; address3; address 3; mailing address; postal address; residence; city; town;
        state; province; region; county; postcode; post code; postal code; zip; zip code; zipcode; zip4;
        zip5; zip or postal code; country; country region; po box; apartment; apt; locality; home street;
        home street 2; home street 3; home city; home state; home postal code; home country; home country
        region; home po box; other street; other city; other state; neighborhood; primary address1; primary
        address2; primary address3; primary city; primary state; primary zip; primary county; primary
        country; registered address1; registered city; registered state; registered zip; can2 state
        abbreviated; plz; ort; wohnort; stadt; strasse; str; hausnummer; hausnr; adresse; anschrift;
        wohnadresse; land; bundesland; rue; ville; code postal; commune; domicile; pays; adresse postale;
        direccion; calle; ciudad; domicilio; codigo postal; provincia; municipio; colonia; pais; adres;
        ulica; miasto; miejscowosc; kod pocztowy; kod; adres zamieszkania; wojewodztwo; kraj; ev adresi;
        sehir; il; ilce; posta kodu; mahalle; sokak; cadde; ulke; العنوان; المدينة; الشارع; عنوان السكن;
        الرمز البريدي; latitude; longitude; home location; location""",
    "household": """
        household id; household; hh id; hhid; family id; household number; haushalt; haushaltsnummer; foyer;
        hogar; gospodarstwo; hane; address id; household name; mailing household""",
    "employer_number": """
        employee id; employee number; employee no; staff id; staff number; badge number; badge id; badge;
        payroll number; payroll id; personnel number; personalnummer; personal nr; matricule; numero de
        empleado; numer pracownika; nr pracownika; sicil no; personel no; الرقم الوظيفي; organizational id
        number""",
    "work_phone": """
        business phone; business phone 2; work phone; work phone number; office phone; company main phone;
        assistant s phone; phone work; telefon geschaftlich; diensttelefon; telephone professionnel;
        telefono del trabajo; telefon sluzbowy; is telefonu; هاتف العمل; work telephone""",
    "work_email": """
        work email; business email; work e mail; company email; office email; dienstliche e mail; e mail
        geschaftlich; email professionnel; correo del trabajo; email sluzbowy; is e postasi""",
    "no_field": """
        gender; sex; pronouns; gender identity; geschlecht; sexe; genre; sexo; genero; plec; cinsiyet;
        الجنس; name prefix; name suffix; honorific prefix; honorific suffix; prefix; suffix; title;
        salutation; anrede; phonetic first name; phonetic last name; phonetic middle name; yomi name; given
        name yomi; family name yomi; additional name yomi; initials; maiden name; labels; label; group
        membership; groups; categories; tags; tag list; photo; web page; website; url; organization;
        organisation; organization name; organization title; company; company name; employer; job title;
        occupation; position; firma; unternehmen; arbeitgeber; beruf; entreprise; employeur; empresa;
        empleador; puesto; firma pracodawca; isveren; sirket; meslek; الشركة; المهنة; facebook; twitter;
        instagram; anniversary; spouse; children; manager s name; assistant s name; created at; updated at;
        date created; last modified; sensitivity; priority; private; mileage; hobby; directory server;
        subject; status; source; origin system; created date; modified date; home fax; business fax; fax;
        other fax; pager; telex; isdn; tty tdd phone; radio phone; e mail type; e mail display name; e mail
        2 type; e mail 2 display name; e mail 3 type; e mail 3 display name; subscription status; can2
        subscription status""",
}  # fmt: skip

# Reason -> beginnings of words that give such a column away. What ends in $ must be the whole word.
_REFUSED = {
    "party": """
        party partei parti$ partis$ partido partia$ partii partisi parteizugehorigkeit political politisch
        politique politico siyasi الحزب حزب السياسي""",
    "vote": """
        vote$ votes$ voted voter voting ballot turnout election electoral wahl$ wahlen$ wahler stimmabgabe
        electeur electora votacion votante voto$ wybor wyborca glosowan glos$ oy$ secmen secim الانتخاب
        التصويت الناخب""",
    "religion": """
        religio faith$ church confession konfession kirche glaube$ eglise culte$ iglesia wyznanie kosciol
        din$ dini$ mezhep الدين الديانة""",
    "ethnicity": """
        ethnic race$ races$ racial ethnie origine$ herkunft rasse$ hautfarbe raza$ etnia etnic pochodzenie
        rasa$ etnik irk$ koken$ العرق الاثنية skin$ tribe migrationshintergrund""",
    "health": """
        health disab medical medication illness sick sickness diagnos pregnan gesundheit krank behinder
        schwerbehind schwanger sante$ handicap maladie salud discapac enfermedad zdrowi niepelnospraw
        choroba saglik engelli hastalik الصحة صحية الاعاقة vaccin impf blood$""",
    "papers": """
        immigra visa$ nationalit citizen passport residency aufenthalt staatsangehor staatsburger
        einburgerung titre$ sejour nacionalidad ciudadani inmigra migratori pasaporte obywatel paszport
        wiza$ uyruk vatandas pasaport ikamet الجنسية جواز الاقامة undocumented birthplace asylum refugee""",
    "sexuality": """
        sexual orientation lgbt lgbtq lgbtqi lgbtqia queer orientacion orientacja yonelim cinsel""",
    "state_number": """
        ssn ssn$ pesel sozialversicherung steuer$ steuernummer steuerid nir$ nif$ dni$ curp$ tckn tckimlik
        kimlik nino$ هوية""",
    "union": """
        union unions$ gewerkschaft syndicat syndical sindicat sindical zwiazek zwiazk sendika blacklist
        troublemaker agitator disciplin النقابة نقابة""",
    "standing": """
        support assessment ideology supporter leaning candidate rating$ gotv activist likelihood inferred
        score""",
}  # fmt: skip
_REFUSED_PHRASES = {
    "sexual orientation": "sexuality", "social security": "state_number",
    "national insurance": "state_number",
    "tax id": "state_number", "national id": "state_number", "steuer id": "state_number",
    "tc kimlik": "state_number",
    "securite sociale": "state_number", "seguridad social": "state_number", "numero fiscal": "state_number",
    "place of birth": "papers", "country of birth": "papers", "legal status": "papers",
    "work permit": "papers",
    "country of origin": "papers", "party size": "", "third party": "", "birth place": "papers",
    "support worker": "", "credit union": "",
}  # fmt: skip

_NUMBERED = [
    (re.compile(r"(phone|tel|telephone) \d+( value)?$"), "phone"),
    (re.compile(r"(e mail|email) \d+( (value|address))?$"), "email"),
    (re.compile(r"(phone|e mail|email|address|website|relation|event|custom field|im|organization) \d+ "
                r"(type|label|yomi name|symbol|location|job description)$"), "no_field"),
    (re.compile(r"organi[sz]ation \d+ department$"), "unit"),
    (re.compile(r"organi[sz]ation \d+ (name|title)$"), "no_field"),
    (re.compile(r"(address|home address|business address) \d+ .*"), "address"),
    (re.compile(r"postal addresses( \d+)? .*"), "address"),
    (re.compile(r"(primary|home|mailing|billing|user submitted|other) "
                r"(street( \d)?|address ?\d?|address line \d|"
                r"city|state|zip ?\d?|postal code|county|country( code| region)?|po box)$"), "address"),
    (re.compile(r"email addresses( \d+)? address$"), "email"),
    (re.compile(r"phone numbers( \d+)? number$"), "phone"),
    (re.compile(r"(business|work|office) (street( \d)?|address.*|city|state|postal code|country.*|po box)$"),
    "no_field"),
    (re.compile(r"identifiers( \d+)?$"), "card_id"),
    (re.compile(r"languages spoken( \d+)?$"), "languages"),
    (re.compile(r"(email addresses|phone numbers|postal addresses)( \d+)? \w+( \w+)?$"), "no_field"),
]  # fmt: skip


def plain(text: str) -> str:
    """Small letters without accents, runs of anything but letters and digits as one space."""
    bare = text.casefold()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare.translate(_PLAIN_LETTERS))
        bare = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[\W_]+", " ", bare).split())


def fold(text: str) -> str:
    """`plain`, and the words of a heading such as firstName taken apart."""
    return plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text))


_KNOWN = {
    fold(heading): target for target, headings in _HEADINGS.items() for heading in headings.split(";")
}  # fmt: skip
_STEMS = [
    (fold(stem), stem.endswith("$"), reason) for reason, stems in _REFUSED.items() for stem in stems.split()
]


def refused_reason(heading: str) -> str:
    """Why a column of this heading must stay behind ('party', 'health', ...), or ''."""
    folded = fold(heading)
    for phrase, reason in _REFUSED_PHRASES.items():
        if phrase in folded:
            return reason
    for word in folded.split():
        for stem, whole, reason in _STEMS:
            if word == stem or (not whole and word.startswith(stem)):
                return reason
    return ""


def known_target(heading: str) -> str:
    """The target a heading names ('phone', 'household', 'no_field', ...), or '' when it says nothing to
    us."""
    folded = fold(heading)
    if not folded:
        return ""
    if target := _KNOWN.get(folded) or _KNOWN.get(folded.replace(" ", "")):
        return target
    bare = re.sub(r" \d+$", "", folded)
    return next((target for shape, target in _NUMBERED if shape.match(folded)), "") or _KNOWN.get(bare, "")


def known_heading(text: str) -> bool:
    """Whether a cell reads like a heading rather than like somebody's data."""
    return len(text) <= 60 and bool(known_target(text) or refused_reason(text))
