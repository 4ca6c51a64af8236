"""« Importer un plan d’achats »: the file, and its rows read cell by cell as the pages read what is typed."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError

from clauses.procurement.forms.tenders import choose
from clauses.procurement.rules import plans as rules
from clauses.procurement.rules.plans import HEADINGS, PlanColumn, ReadLine
from clauses.procurement.rules.registering import proposed_nature
from inclusiv.accounts.models import Organisation
from inclusiv.core import french
from inclusiv.core.actors import Actor, Role
from inclusiv.core.forms import CountField, DayField, EurosField, LineField, SubmissionForm
from inclusiv.core.refusals import Refused
from inclusiv.core.upload_fields import UploadField
from inclusiv.core.uploads import Unwelcome, rows_of


class PlanForm(SubmissionForm):
    """A buyer's plan of a year, as a workbook."""

    buyer = forms.ModelChoiceField(
        label="Acheteur", queryset=Organisation.objects.none(), empty_label="Choisir…"
    )
    year = CountField(label="Année du plan", min_value=2000, max_value=2100)
    file = UploadField(label="Fichier Excel", kinds=("xlsx",))

    def __init__(self, *args: Any, actor: Actor, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"year": today.year + (today.month > 6)}, **kwargs)
        if actor.role is Role.FACILITATOR:
            choose(self, "buyer", Role.BUYER, actor=actor, on=today)
        else:
            del self.fields["buyer"]

    def lines(self) -> list[ReadLine]:
        """Return what the file tells, line by line. Raises Refused when it is no purchase plan."""
        file = self.cleaned_data["file"]
        try:
            rows = rows_of(file.read())
        except Unwelcome as fault:
            raise Refused(fault.code, f"{french.quoted(file.name)} {fault.message}", field="file") from fault
        return read_lines(rows)


FIELDS: dict[PlanColumn, forms.Field] = {
    PlanColumn.NUMBER: LineField(max_length=40, required=False),
    PlanColumn.TITLE: LineField(
        max_length=1000, error_messages={"required": "à remplir, c’est lui qui dit ce qui est acheté."}
    ),
    PlanColumn.NATURE: LineField(max_length=100, required=False),
    PlanColumn.AMOUNT: EurosField(required=False),
    PlanColumn.CPV: forms.RegexField(
        r"^[0-9]{8}(-[0-9])?$",
        required=False,
        error_messages={"invalid": "un code CPV compte 8 chiffres, par exemple 45442100."},
    ),
    PlanColumn.PROCEDURE: LineField(max_length=100, required=False),
    PlanColumn.LAUNCH: DayField(required=False),
    PlanColumn.START: DayField(required=False),
    PlanColumn.MONTHS: CountField(min_value=1, max_value=240, required=False),
    PlanColumn.PLACE: LineField(max_length=120, required=False),
    PlanColumn.REFERENCE: LineField(is_number=True, max_length=16, required=False),
}
"""How each cell is read: with the fields of the pages, so that the same values are refused in the same words."""


def read_lines(rows: Sequence[Sequence[str]]) -> list[ReadLine]:
    """Return the lines under the headings, those without anything aside. Raises Refused."""
    found = rules.find_headings(rows)
    if found is None:
        raise Refused(
            "no_headings",
            "Aucune ligne de titres n’a été trouvée : il faut au moins une colonne « Objet » et une colonne"
            " « Montant » ou « Nature ». Partez du fichier modèle.",
            field="file",
        )
    heading, columns = found
    told = [
        (rank, row)
        for rank, row in enumerate(rows[heading + 1 :], start=heading + 2)
        if any(row[place].strip() for place in columns.values() if place < len(row))
    ]
    if not told:
        raise Refused("no_line", "Ce fichier a des titres, mais aucune ligne en dessous.", field="file")
    if len(rows) > rules.MOST_LINES:
        raise Refused(
            "too_many_lines",
            f"Ce fichier compte plus de {french.number(rules.MOST_LINES)} lignes : envoyez-le en plusieurs fois.",
            field="file",
        )
    return [read_line(rank, row, columns) for rank, row in told]


def read_line(rank: int, row: Sequence[str], columns: dict[PlanColumn, int]) -> ReadLine:
    """Read a row, cell by cell; what cannot be read is said, the rest is kept."""
    values: dict[PlanColumn, Any] = {}
    faults: list[str] = []
    for column, value, fault in cells(row, columns):
        values[column] = value
        if fault:
            faults.append(f"{HEADINGS[column]} : {fault}")
    title = values.get(PlanColumn.TITLE) or ""
    cpv = (values.get(PlanColumn.CPV) or "")[:8]
    typed = values.get(PlanColumn.NATURE) or ""
    nature = rules.nature_written(typed)
    amount = values.get(PlanColumn.AMOUNT)
    doubts = []
    if typed and nature is None:
        faults.append(
            f"{HEADINGS[PlanColumn.NATURE]} : {french.quoted(typed)} n’est ni travaux, ni services, ni fournitures."
        )
    elif nature is None and (amount is not None or cpv):
        nature = proposed_nature(cpv=cpv, title=title)
        doubts.append(f"Nature supposée : {nature.label.lower()}.")
    elif nature is None and title:
        faults.append("Il faut au moins un montant ou une nature.")
    starts_on, months = values.get(PlanColumn.START), values.get(PlanColumn.MONTHS)
    return ReadLine(
        row=rank,
        number=values.get(PlanColumn.NUMBER) or "",
        title=title,
        nature=nature,
        estimated_amount=amount,
        cpv=cpv,
        procedure=values.get(PlanColumn.PROCEDURE) or "",
        reference=values.get(PlanColumn.REFERENCE) or "",
        consultation_launched_on=values.get(PlanColumn.LAUNCH),
        starts_on=starts_on,
        ends_on=starts_on + relativedelta(months=months) - timedelta(days=1)
        if starts_on and months
        else None,
        place=values.get(PlanColumn.PLACE) or "",
        faults=tuple(faults),
        doubts=tuple(doubts),
    )


def cells(row: Sequence[str], columns: dict[PlanColumn, int]) -> Iterator[tuple[PlanColumn, Any, str]]:
    """Yield each column of a row with its value, and what is wrong with it."""
    for column, place in columns.items():
        text = row[place] if place < len(row) else ""
        try:
            yield column, FIELDS[column].clean(text.strip()), ""
        except ValidationError as error:
            yield column, None, " ".join(error.messages)
