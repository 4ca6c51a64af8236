"""Forms of the spotted contracts: a file to read, a tender to follow, a tender to attach to."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator

from clauses.procurement.forms.tenders import RegisterForm
from clauses.procurement.models import Tender
from inclusiv.accounts.models import Organisation
from inclusiv.core.forms import SubmissionForm, offer
from inclusiv.core.upload_fields import UploadField


class ReadForm(SubmissionForm):
    """« Lire un fichier DECP »."""

    file = UploadField(
        label="Fichier de données essentielles",
        kinds=("json", "gz"),
        help_text="Le fichier JSON du profil d’acheteur ou de data.gouv.fr, compressé (.gz) s’il est lourd.",
    )


class FollowForm(RegisterForm):
    """« Suivre ce marché »: its identification, as published, to be corrected where it is wrong.

    `buyers` are those of the contract's SIREN, the likeliest first: one is no choice.
    """

    def __init__(self, *args: Any, buyers: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.likely = buyers[0]
        if len(buyers) == 1:
            self.fields.pop("buyer", None)
        elif "buyer" in self.fields:
            offer(self, "buyer", Organisation.objects.filter(pk__in=[one.pk for one in buyers]))
            self.initial["buyer"] = self.likely

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = self.cleaned_data
        chosen = {"buyer": given.get("buyer") or self.likely, "structure": given.get("structure")}
        return super().facts() | chosen


if TYPE_CHECKING:
    TenderChoice = forms.ModelChoiceField[Tender]
else:
    TenderChoice = forms.ModelChoiceField


class TenderField(TenderChoice):
    """A choice of tenders, each by its number and the beginning of its title."""

    def label_from_instance(self, obj: Tender) -> str:
        """Return a tender as a list of choices shows it."""
        return f"{obj.reference} · {Truncator(obj.title).chars(80)}"


class AttachForm(SubmissionForm):
    """« Rattacher »: which of the buyer's tenders."""

    tender = TenderField(label="Marché suivi", queryset=Tender.objects.none(), empty_label="Choisir…")

    def __init__(self, *args: Any, tenders: QuerySet[Tender], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "tender", tenders)
