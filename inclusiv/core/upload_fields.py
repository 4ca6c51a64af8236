"""The field of a form that takes a file: bounded, known by its content, kept under a plain name."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from inclusiv.core import french, texts, uploads
from inclusiv.core.refusals import Refused


class UploadField(forms.FileField):
    """A file of one of these `kinds` (of `core.uploads`), no larger than UPLOAD_MAX_BYTES; its content must agree."""

    def __init__(self, *, kinds: tuple[str, ...], **kwargs: Any) -> None:
        if unknown := set(kinds) - uploads.CONTENT_TYPES.keys():
            raise ValueError(f"{', '.join(sorted(unknown))}: no way to examine such a file.")
        self.kinds = kinds
        accept = ",".join(f".{kind}" for kind in kinds)
        widget = forms.FileInput(attrs={"accept": accept, "data-file-field": settings.UPLOAD_MAX_BYTES})
        super().__init__(**{"widget": widget, "max_length": 200, **kwargs})
        self.error_messages |= {
            "empty": "Ce fichier est vide : choisissez-en un autre.",
            "max_length": "Le nom du fichier est trop long (%(length)d caractères) : 200 au plus.",
            "invalid": "Aucun fichier n’est arrivé : choisissez-le à nouveau.",
        }

    @property
    def limits(self) -> str:
        """What is accepted, in words: « PDF ou PNG, 20 Mo au plus »."""
        *first, last = (kind.upper() for kind in self.kinds)
        kinds = f"{', '.join(first)} ou {last}" if first else last
        return f"{kinds}, {french.file_size(settings.UPLOAD_MAX_BYTES)} au plus"

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file as it may be kept: a plain name, and what `core.uploads` leaves of its content."""
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return upload
        name = uploads.plain_name(upload.name or "")
        try:
            kept = uploads.examined(upload.read(), kind=uploads.kind_of(name))
        except Refused as refusal:
            raise ValidationError(f"{french.quoted(name)} {refusal.message}", code=refusal.code) from refusal
        return SimpleUploadedFile(name, kept, uploads.content_type_of(name))

    def validate(self, value: UploadedFile | None) -> None:
        """Refuse a file too large, of another kind, or named by a social security number, naming what is wrong."""
        super().validate(value)
        if value is None or not value.name:
            return
        if texts.holds_sure_nir(value.name):
            raise ValidationError(
                "Le nom de ce fichier contient ce qui ressemble à un numéro de sécurité sociale : renommez-le avant"
                " de le déposer.",
                code="nir",
            )
        if (value.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                f"{french.quoted(value.name)} pèse {french.file_size(value.size or 0)} : la limite est de"
                f" {french.file_size(settings.UPLOAD_MAX_BYTES)}.",
                code="too_large",
            )
        if uploads.kind_of(uploads.plain_name(value.name)) not in self.kinds:
            raise ValidationError(
                f"{french.quoted(value.name)} ne convient pas : {self.limits}.", code="wrong_kind"
            )
