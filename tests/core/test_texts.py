"""What people type, made safe to keep: DOMAIN.md 10 row 19, 12.7 case 15."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inclusiv.core import texts
from inclusiv.core.refusals import Refused
from inclusiv.demo.make.accounts import luhn_key, siren, siret


@pytest.mark.parametrize(
    "text",
    [
        "255081416802538",
        "2550814168025",
        "Son numéro : 2 55 08 14 168 025 38.",
        "2|55|08|14|168|025|38",
        "2⁄55⁄08⁄14⁄168⁄025⁄38",
        "255.08.14.168.025.38",
        "né en Corse, 1 85 12 2A 004 123 45",
        "185122b004123",
        "à rappeler (2-55-08-14-168-025)",
        "٢٥٥٠٨١٤١٦٨٠٢٥٣٨",
        "२ ५५ ०८ १४ १६८ ०२५ ३८",
    ],
)
def test_social_security_number_is_seen(text: str) -> None:
    assert texts.holds_nir(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Appeler le 06 12 34 56 78 avant 8 h",
        "06 12 34 56 78 ou 01 69 00 00 01",
        "SIRET 35600000049837",
        "SIRET 356 000 000 49837",
        "du 03/03/2025 au 28/11/2025",
        "9550814168025",
        "2551514168025",
        "marché 2025-014, lot 1, 1 890 heures",
        "12550814168025381",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not texts.holds_nir(text)


@given(
    sex=st.sampled_from("12"),
    year=st.integers(0, 99),
    month=st.integers(1, 12),
    rest=st.integers(0, 10**8 - 1),
    key=st.sampled_from(["", "07", "97"]),
    before=st.sampled_from(["", "Numéro ", "("]),
)
def test_every_number_of_that_shape_is_seen(
    sex: str, year: int, month: int, rest: int, key: str, before: str
) -> None:
    assert texts.holds_nir(f"{before}{sex}{year:02}{month:02}{rest:08}{key}")


@pytest.mark.parametrize(
    "text",
    [
        "２５５０８１４１６８０２５３８",  # full-width digits
        "2550814\u200b168025",  # a letter of no width inside
        "2\u00a055\u202f08 14 168 025",
        "25 50 81 41 68 02 53 8",  # parted anywhere, but its key is right
        "2 55 08\n14 168 025 38",
    ],
)
def test_a_disguise_does_not_hide_it(text: str) -> None:
    assert texts.holds_nir(text)


@pytest.mark.parametrize("text", ["1 85 12 2A 004 123", "185122A00412311", "1 85 12 2B 004 123 38"])
def test_corsica_has_letters(text: str) -> None:
    assert texts.holds_nir(text)


@given(number=st.integers(0, 9999), after=st.sampled_from(["", " 1", ", lot 1", " 2025", "\n3"]))
def test_a_company_is_not_somebody(number: int, after: str) -> None:
    whole = siret(number)
    commune = f"21910{whole[5:13]}"
    commune += luhn_key(commune)
    for written in (
        siren(number),
        whole,
        f"{whole[:3]} {whole[3:6]} {whole[6:9]} {whole[9:]}",
        commune,
        f"{commune[:3]} {commune[3:6]} {commune[6:9]} {commune[9:]}",
    ):
        assert not texts.holds_nir(f"SIRET {written}{after}")


@given(
    numbers=st.lists(st.integers(1_00_00_00_00, 9_99_99_99_99), min_size=1, max_size=3),
    gap=st.sampled_from(["", " ", ".", "-"]),
    between=st.sampled_from([" / ", ", ", " ou ", "\n", " "]),
)
def test_telephones_are_not_somebody(numbers: list[int], gap: str, between: str) -> None:
    said = [gap.join(f"{number:010}"[place : place + 2] for place in range(0, 10, 2)) for number in numbers]
    assert not texts.holds_nir(between.join(said))


@given(
    st.from_regex(
        r"20[12][0-9][-_ A-Z]?[0-9]{3,9}[A-Z0-9]{0,3}", fullmatch=True, alphabet=string.digits + "-_ ABMSL"
    )
    | st.text(string.ascii_uppercase + string.digits + "-_", min_size=1, max_size=14)
)
def test_the_number_of_a_contract_is_not_somebody(number: str) -> None:
    """Fewer than fifteen digits: as many in a row may hold a right key by chance."""
    assume(sum(sign.isdigit() for sign in number) < 15)
    assert not texts.holds_sure_nir(number)
    assert texts.without_nir(f"Marché {number}") == f"Marché {number}"


def test_a_sure_number_is_taken_out_of_a_published_text() -> None:
    assert texts.without_nir("Mme X, 2 55 08 14 168 025 38, lot 1") == "Mme X, [numéro retiré], lot 1"
    assert texts.without_nir("n° 255081416802538") == "n° [numéro retiré]"
    assert texts.without_nir("marché 2020012345678") == "marché 2020012345678"


def test_the_refusal_names_the_field_and_the_rule() -> None:
    with pytest.raises(Refused, match="numéro de sécurité sociale") as refusal:
        texts.refuse_nir(post="maçon", note="255081416802538")
    assert (refusal.value.code, refusal.value.field) == ("nir", "note")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ali\x00ce", "Alice"),
        ("\u202egnirud\u202c", "gnirud"),
        ("Du\u200bpont\u00ad", "Dupont"),
        ("Amina\u3164", "Amina"),
        ("x\u200dy", "xy"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("e\u0301", "é"),
        ("👩🏽\u200d🌾 et ❤\ufe0f\u200d🔥", "👩🏽\u200d🌾 et ❤\ufe0f\u200d🔥"),
        ("مريم", "مريم"),
    ],
)
def test_only_what_is_seen_is_kept(typed: str, kept: str) -> None:
    assert texts.clean(typed) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert texts.clean(texts.clean(text)) == texts.clean(text)
    assert "\n" not in texts.one_line(text)


@given(st.lists(st.sampled_from("e\u0301\u0315\u0323 "), max_size=30).map("".join))
def test_marks_of_a_text_that_may_be_read_are_kept(text: str) -> None:
    """A long text keeps what a short one does, as far as any writing goes: thirty marks on a letter."""
    long = " x" * texts.SHORT
    assert texts.clean(text + long) == texts.clean(text) + long


def test_marks_that_pile_up_are_not_ordered_without_end() -> None:
    piled = texts.clean("e" + "\u0315" * 100_000 + "\u0300" * 100_000)
    assert len(piled) == 1 + texts.MARKS_ON_A_LETTER
    assert texts.unaccented("É" + "\u0315\u0300" * 100_000) == "E"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("BULLETIN DE PAIE", True),
        ("Bulletin  de salaire de mars", True),
        ("fiche de paye", True),
        ("Relevé d’heures, sans bulletin", False),
        ("paie le 5", False),
    ],
)
def test_a_payslip_is_known_by_its_title(text: str, is_one: bool) -> None:
    assert texts.names_a_payslip(text) is is_one


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0612345678", "06 12 34 56 78"),
        ("06.12.34.56.78", "06 12 34 56 78"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("+33 (0)1 99 00 00 01", "01 99 00 00 01"),
        ("+32 2 555 12 12", "+32 2 555 12 12"),
        ("06 12 34", None),
        ("06 12 34 56 789", None),
        ("00 12 34 56 78", None),
        ("+33 6 12", None),
        ("demain", None),
    ],
)
def test_a_telephone_is_read_in_pairs_or_refused(typed: str, read: str | None) -> None:
    """DOMAIN.md 10, row 17."""
    assert texts.dialled(typed) == read
