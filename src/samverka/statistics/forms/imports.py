"""What somebody who takes figures in fills in."""

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LARGEST_UPLOAD = 50 * 1024 * 1024


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Fil"),
        help_text=_(
            "En CSV-fil med en indikators värden, som N03921.csv, eller filen med definitioner, kpis.csv. Högst 50 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        max_length=255,
    )
    extracted_on = forms.DateField(
        label=_("När hämtades siffrorna hos källan?"),
        help_text=_("Dagen står under varje siffra som visas."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST_UPLOAD:
            raise ValidationError(
                _(
                    "Filen är %(size)s och får vara högst 50 MB. Dela upp den, eller läs in den på servern med "
                    "kommandot samverka import-statistics."
                ),
                code="too_large",
                params={"size": filesizeformat(file.size)},
            )
        return file

    def clean_extracted_on(self) -> date:
        day: date = self.cleaned_data["extracted_on"]
        if day > today():
            raise ValidationError(_("Dagen har inte varit än. Skriv dagen då filen hämtades."), code="future")
        return day
