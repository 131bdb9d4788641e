"""An organisation's own measurements: what is measured, the file, and what its columns are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today
from samverka.foundation.ui.forms import TOO_LONG, WholeText
from samverka.statistics.enums import Measure, Polarity
from samverka.statistics.services.files import ROLE_LABELS, Columns, Measurement, Role

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

LARGEST = 10 * 1024 * 1024


class MeasurementForm(forms.Form):
    name = forms.CharField(label=_("Vad mäter ni?"), max_length=300)
    definition = forms.CharField(
        label=_("Hur är det definierat?"),
        help_text=_("Vem räknas, när och hur? Den som läser siffran ska kunna förstå den utan er."),
        widget=WholeText(attrs={"rows": 4}),
        max_length=4000,
        error_messages=TOO_LONG,
    )
    unit = forms.CharField(label=_("Enhet"), max_length=40, help_text=_("Till exempel % eller personer."))
    measure = forms.ChoiceField(
        label=_("Vad är värdet för något?"),
        choices=Measure,
        help_text=_("Antal kan läggas ihop över kommuner. Andelar läggs aldrig ihop."),
    )
    polarity = forms.ChoiceField(label=_("Vilket håll är bra?"), choices=Polarity, initial=Polarity.NONE)
    by_sex = forms.BooleanField(label=_("Vi mäter kvinnor och män var för sig"), required=False, initial=True)
    is_public = forms.BooleanField(
        label=_("Visa siffrorna för alla"), required=False, help_text=_("Annars ser bara ni i organisationen dem.")
    )

    def details(self) -> Measurement:
        """The valid form as the services want it."""
        values = self.cleaned_data
        kinds = {"measure": Measure(values["measure"]), "polarity": Polarity(values["polarity"])}
        return Measurement(**{**values, **kinds})


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fil med siffror"),
        help_text=_("Mallen ifylld, en egen tabell som Excel eller CSV, eller JSON-stat 2 eller PX. Högst 10 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt,.tsv,.json,.px"}),
        max_length=255,
    )
    extracted_on = forms.DateField(
        label=_("Vilken dag är siffrorna från?"),
        help_text=_("Dagen står under varje siffra som visas."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST:
            raise ValidationError(_("Filen är större än 10 MB. Dela upp den."), code="too_large")
        return file

    def clean_extracted_on(self) -> date:
        day: date = self.cleaned_data["extracted_on"]
        if day > today():
            raise ValidationError(_("Dagen har inte varit än."), code="future")
        return day


class ColumnsForm(forms.Form):
    """Which column is what: a choice of the file's own names for each role."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, names: Sequence[str], columns: Columns, is_table: bool
    ) -> None:
        super().__init__(data)
        roles = (Role.AREA, Role.YEAR, Role.SEX) if is_table else tuple(Role)
        needed = {Role.YEAR} if is_table else {Role.AREA, Role.YEAR, Role.VALUE}
        for role in roles:
            choices = [("", _("finns inte")), *((str(place), name) for place, name in enumerate(names))]
            self.fields[role.value] = forms.TypedChoiceField(
                label=ROLE_LABELS[role],
                choices=choices,
                coerce=int,
                empty_value=None,
                required=role in needed,
                initial=columns.get(role, ""),
            )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        chosen: dict[int, str] = {}
        for role, place in list(values.items()):
            if place is not None and place in chosen:
                self.add_error(role, _("Kolumnen är redan vald till något annat."))
            elif place is not None:
                chosen[place] = role
        return values

    def columns(self) -> Columns:
        """The valid form as the services want it."""
        return {Role(role): place for role, place in self.cleaned_data.items() if place is not None}
