"""Forms as they are drawn and read."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from inclusiv.core.components.forms import after_colon, error_summary
from inclusiv.core.forms import (
    CountField,
    DayField,
    EditForm,
    EurosField,
    HoursField,
    SiretField,
    SubmissionForm,
)
from inclusiv.core.upload_fields import UploadField
from tests import uploads

SUBMISSION = "0f8fad5b-d9cb-469f-a165-70867728950e"


def message(field: forms.Field, value: Any) -> str:
    """Return the one message that refuses a value."""
    with pytest.raises(ValidationError) as refusal:
        field.clean(value)
    return str(refusal.value.messages[0])


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1813", "1813"),
        ("1 813,50", "1813.50"),
        ("1\u202f813,5", "1813.5"),
        ("1\u00a0813 h", "1813"),
        (" 47.83 ", "47.83"),
        ("12,", "12"),
        ("0", "0"),
    ],
)
def test_hours_are_read_as_people_type_them(typed: str, number: str) -> None:
    assert HoursField().clean(typed) == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["deux cents", "1.813,50", "1e5", "NaN", "Infinity", "12 000 € TTC", "١٢", "--3"]
)
def test_what_is_not_a_number_is_named_and_refused(typed: str) -> None:
    assert message(HoursField(), typed).startswith(f"« {typed} » n’est pas un nombre d’heures")


def test_each_bound_of_a_number_is_said() -> None:
    assert message(HoursField(), "-12") == "−12\u00a0h ne peut pas être négatif."
    assert message(HoursField(), "12,345") == "12,345\u00a0h a plus de deux décimales."
    assert "au plus 9\u202f999\u202f999\u00a0h" in message(HoursField(), "10000000")
    endless = "1" * 30
    assert (
        message(HoursField(), endless)
        == f"« {endless} » est trop grand : au plus 9\u202f999\u202f999\u00a0h."
    )
    assert message(HoursField(), f"-{endless}") == f"« -{endless} » ne peut pas être négatif."
    assert message(HoursField(), f"1,{endless}") == f"« 1,{endless} » a plus de deux décimales."
    assert HoursField().clean("0" * 30 + "7") == 7
    assert message(EurosField(max_value=40), "41 €") == "41\u00a0€ HT est trop grand : au plus 40\u00a0€ HT."


def test_an_optional_number_may_be_missing_and_a_required_one_not() -> None:
    assert HoursField(required=False).clean("") is None
    assert message(HoursField(), "") == "Ce champ est obligatoire."


def test_a_number_read_from_the_database_is_shown_in_french_and_has_not_changed() -> None:
    field = HoursField()
    assert field.prepare_value(Decimal("1813.50")) == "1\u202f813,50"
    assert not field.has_changed(Decimal("1813.50"), "1 813,5")
    assert field.has_changed(Decimal("1813.50"), "1814")


@pytest.mark.parametrize("typed", ["2025-11-28", "28/11/2025"])
def test_a_day_is_read_from_the_calendar_or_the_keyboard(typed: str) -> None:
    assert DayField().clean(typed) == date(2025, 11, 28)


def test_an_impossible_day_is_named() -> None:
    assert message(DayField(), "2025-02-30").startswith("La date « 2025-02-30 » n’existe pas")
    assert message(DayField(), "0025-11-28") == "L’année 25 n’est pas plausible : vérifiez la date."


@pytest.mark.parametrize(
    "typed", ["732 829 320 00074", "73282932000074", "732.829.320.00074", "35600000009075"]
)
def test_a_siret_is_read_without_its_blanks(typed: str) -> None:
    assert SiretField().clean(typed) == "".join(filter(str.isdigit, typed))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("732 829 320 00075", "« 732 829 320 00075 » n’existe pas"),
        ("7328293200007", "il faut 14 chiffres, il y en a 13"),
        ("7,32829E+13", "n’est pas un SIRET"),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", "n’est pas un SIRET : il s’écrit avec les chiffres de 0 à 9."),
    ],
)
def test_a_false_siret_says_what_is_wrong(typed: str, said: str) -> None:
    assert said in message(SiretField(), typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "0 est trop petit : au moins 1."),
        ("1000", "1000 est trop grand : au plus 999."),
        ("1,5", "« 1,5 » n’est pas un nombre entier : écrivez des chiffres, sans virgule."),
        ("9" * 5000, "n’est pas un nombre entier"),
    ],
)
def test_a_false_count_says_the_value_and_the_rule(typed: str, said: str) -> None:
    assert said in message(CountField(min_value=1, max_value=999), typed)
    assert CountField(min_value=1, max_value=999).clean("12") == 12


def test_a_file_too_large_is_named_with_its_size_and_the_limit(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    large = SimpleUploadedFile("bilan.pdf", b"x" * 2048)
    said = message(UploadField(kinds=("pdf",)), large)
    assert said == "« bilan.pdf » pèse 2\u00a0Ko : la limite est de 1\u00a0Ko."


def test_a_file_of_another_kind_or_empty_is_refused() -> None:
    field = UploadField(kinds=("pdf", "png"))
    said = message(field, SimpleUploadedFile("macro.exe", b"x"))
    assert said == "« macro.exe » ne convient pas : PDF ou PNG, 20\u00a0Mo au plus."
    assert message(field, SimpleUploadedFile("vide.pdf", b"")).startswith("Ce fichier est vide")
    assert field.clean(SimpleUploadedFile("Lettre.PDF", uploads.pdf("Bonjour"))).name == "Lettre.PDF"


def test_a_field_only_takes_the_kinds_that_can_be_examined() -> None:
    with pytest.raises(ValueError, match=r"^docx: no way to examine such a file\.$"):
        UploadField(kinds=("pdf", "docx"))


class LotForm(SubmissionForm):
    """A form with one field of each shape."""

    hours = HoursField(label="Heures à réaliser", help_text="Celles du marché.")
    note = forms.CharField(label="Précisions", required=False)
    answer = forms.ChoiceField(
        label="Réponse", choices=[("yes", "Oui"), ("no", "Non")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="D’accord")

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("note") == "contradiction":
            raise ValidationError("Les dates se contredisent.")
        return self.cleaned_data


def sent(**values: str) -> LotForm:
    return LotForm(QueryDict("&".join(f"{name}={value}" for name, value in values.items())))


def test_each_drawing_carries_a_new_submission_and_an_answer_keeps_its_own() -> None:
    assert LotForm()["submission"].value() != LotForm()["submission"].value()
    form = sent(submission=SUBMISSION, hours="12", answer="yes", agreed="on")
    assert form.is_valid()
    assert form.cleaned_data["submission"] == UUID(SUBMISSION)
    assert SUBMISSION in str(sent(submission=SUBMISSION))


def test_a_form_without_its_submission_asks_to_reload() -> None:
    form = sent(hours="12", answer="yes", agreed="on")
    assert form.errors["submission"] == [
        "Cette page a perdu son numéro d’envoi : rechargez-la avant d’envoyer."
    ]
    assert "rechargez-la" in str(error_summary(form=form))


def test_an_edit_carries_the_version_that_was_read() -> None:
    form = EditForm(QueryDict(f"submission={SUBMISSION}&version=3"))
    assert form.is_valid()
    assert form.cleaned_data["version"] == 3
    assert not EditForm(QueryDict(f"submission={SUBMISSION}")).is_valid()


def test_an_error_is_tied_to_its_control() -> None:
    html = str(sent(submission=SUBMISSION, hours="douze")["hours"].as_field_group())
    assert 'aria-describedby="id_hours_helptext id_hours_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="field-errors" id="id_hours_error"' in html
    assert "«\u00a0douze\u00a0» n’est pas un nombre" in html


def test_only_optional_fields_are_marked() -> None:
    form = LotForm()
    assert "(facultatif)" in str(form["note"].as_field_group())
    assert "facultatif" not in str(form["hours"].as_field_group())


def test_the_unit_is_heard_with_the_label() -> None:
    assert 'visually-hidden">, en h</span>' in str(LotForm()["hours"].as_field_group())


def test_a_group_of_choices_is_a_fieldset_with_its_legend() -> None:
    html = str(sent(submission=SUBMISSION)["answer"].as_field_group())
    assert '<fieldset aria-describedby="id_answer_error">' in html
    assert "<legend>Réponse</legend>" in html
    assert html.count('type="radio"') == 2


def test_a_whole_form_begins_with_the_list_of_its_errors() -> None:
    html = str(sent(submission=SUBMISSION, hours="douze", note="contradiction"))
    summary = html[: html.index('<div class="field')]
    assert 'role="alert" tabindex="-1" data-focus' in summary
    assert "4 points sont à revoir" in summary
    assert "<li>Les dates se contredisent.</li>" in summary
    assert '<a href="#id_hours">Heures à réaliser</a>' in summary
    assert '<a href="#id_answer_0">Réponse</a>&nbsp;: ce champ est à remplir.' in summary


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Ce champ est à remplir.", "ce champ est à remplir."),
        ("Choisissez une date.", "choisissez une date."),
        ("L’année 25 n’est pas plausible.", "l’année 25 n’est pas plausible."),
        (
            "Bâti-Sud ne peut pas employer sous cette forme.",
            "Bâti-Sud ne peut pas employer sous cette forme.",
        ),
        ("Dumez Construction n’intervient pas.", "Dumez Construction n’intervient pas."),
    ],
)
def test_a_name_keeps_its_capital_letter_in_the_summary(said: str, told: str) -> None:
    assert after_colon(said) == told


def test_a_form_without_error_has_no_summary() -> None:
    assert "data-focus" not in str(LotForm())


def test_controls_carry_the_look_and_no_placeholder() -> None:
    class Lot(forms.Form):
        title = forms.CharField(widget=forms.TextInput(attrs={"placeholder": "Objet", "class": "wide"}))
        kind = forms.ChoiceField(choices=[("a", "A")])

    html = str(Lot())
    assert 'class="form-control wide"' in html
    assert 'class="form-select"' in html
    assert "placeholder" not in html
