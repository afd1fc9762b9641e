"""Countries whose telephone numbers may be written without a country code."""

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _n

NAMES = {
    "AR": _n("Argentina"), "AT": _n("Austria"), "AU": _n("Australia"), "BD": _n("Bangladesh"),
    "BE": _n("Belgium"), "BG": _n("Bulgaria"), "BO": _n("Bolivia"), "BR": _n("Brazil"), "CA": _n("Canada"),
    "CH": _n("Switzerland"), "CL": _n("Chile"), "CN": _n("China"), "CO": _n("Colombia"), "CU": _n("Cuba"),
    "CZ": _n("Czechia"), "DE": _n("Germany"), "DK": _n("Denmark"), "DO": _n("Dominican Republic"),
    "DZ": _n("Algeria"), "EC": _n("Ecuador"), "EG": _n("Egypt"), "ES": _n("Spain"), "ET": _n("Ethiopia"),
    "FI": _n("Finland"), "FR": _n("France"), "GB": _n("United Kingdom"), "GH": _n("Ghana"), "GR": _n("Greece"),
    "GT": _n("Guatemala"), "HN": _n("Honduras"), "HR": _n("Croatia"), "HT": _n("Haiti"), "HU": _n("Hungary"),
    "ID": _n("Indonesia"), "IE": _n("Ireland"), "IN": _n("India"), "IQ": _n("Iraq"), "IR": _n("Iran"),
    "IT": _n("Italy"), "JM": _n("Jamaica"), "JP": _n("Japan"), "KE": _n("Kenya"), "KR": _n("South Korea"),
    "LB": _n("Lebanon"), "LK": _n("Sri Lanka"), "LT": _n("Lithuania"), "MA": _n("Morocco"), "MX": _n("Mexico"),
    "MY": _n("Malaysia"), "NG": _n("Nigeria"), "NI": _n("Nicaragua"), "NL": _n("Netherlands"), "NO": _n("Norway"),
    "NP": _n("Nepal"), "NZ": _n("New Zealand"), "PE": _n("Peru"), "PH": _n("Philippines"), "PK": _n("Pakistan"),
    "PL": _n("Poland"), "PR": _n("Puerto Rico"), "PS": _n("Palestine"), "PT": _n("Portugal"), "RO": _n("Romania"),
    "RS": _n("Serbia"), "SE": _n("Sweden"), "SK": _n("Slovakia"), "SN": _n("Senegal"), "SV": _n("El Salvador"),
    "SY": _n("Syria"), "TH": _n("Thailand"), "TN": _n("Tunisia"), "TR": _n("Turkey"), "UA": _n("Ukraine"),
    "US": _n("United States"), "UY": _n("Uruguay"), "VE": _n("Venezuela"), "VN": _n("Vietnam"),
    "ZA": _n("South Africa"), "ZW": _n("Zimbabwe"),
}  # fmt: skip


def regions() -> list[tuple[str, str]]:
    """To choose from, by name; the server's own is among them whatever it is."""
    named = {code: _(name) for code, name in NAMES.items()}
    named.setdefault(settings.PHONE_REGION, settings.PHONE_REGION)
    return sorted(
        ((code, f"{name} +{phonenumbers.country_code_for_region(code)}") for code, name in named.items()),
        key=lambda one: one[1],
    )
