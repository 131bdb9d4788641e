"""Choosing in a table of Statistics Sweden."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from samverka.connectors.cubes import Dimension
from samverka.connectors.scb import CodeList
from samverka.statistics.enums import Measure
from samverka.statistics.services.adding import Opened

FEW = 12
"""So many codes are shown as boxes to tick; more are a list to choose in."""
_PERIODS = {
    **{f"M{number:02d}": name for number, name in MONTHS.items()},
    "K1": _("första kvartalet"),
    "K2": _("andra kvartalet"),
    "K3": _("tredje kvartalet"),
    "K4": _("fjärde kvartalet"),
}


class TableForm(forms.Form):
    """One field for each dimension in which somebody chooses; areas, women and men, and years are all taken."""

    def __init__(self, *args: Any, opened: Opened, code_lists: Mapping[str, CodeList], **given: Any) -> None:
        super().__init__(*args, **given)
        self.opened = opened
        self.code_lists = code_lists
        first = ""
        if opened.contents is not None:
            first = opened.contents.codes[0]
            self.fields["contents"] = forms.ChoiceField(
                label=_("Vad mäts?"),
                choices=list(zip(opened.contents.codes, opened.contents.labels, strict=True)),
                initial=first,
            )
        for dimension in opened.others:
            self.fields[f"d-{dimension.id}"] = self._choices_in(dimension)
        if opened.periods:
            self.fields["period"] = forms.ChoiceField(
                label=_("Vilken del av året står för året?"),
                choices=[(ending, _PERIODS.get(ending, ending)) for ending in opened.periods],
                initial=opened.periods[0],
            )
        unit, measure = opened.usual_unit(first)
        self.fields["name"] = forms.CharField(
            label=_("Namn"), max_length=300, initial=opened.table.structure.label[:300]
        )
        self.fields["unit"] = forms.CharField(label=_("Enhet"), max_length=40, required=False, initial=unit)
        self.fields["measure"] = forms.ChoiceField(
            label=_("Vad är värdet?"),
            help_text=_("Bara antal får läggas ihop när flera värden är valda."),
            choices=Measure.choices,
            initial=measure,
        )

    def _choices_in(self, dimension: Dimension) -> forms.MultipleChoiceField:
        listed = self.code_lists.get(dimension.id)
        labels = dict(zip(dimension.codes, dimension.labels, strict=True))
        if listed is None:
            choices = list(labels.items())
            initial = self.opened.usual(dimension)
        else:
            choices = [(group.code, group.label) for group in listed.groups]
            initial = ()
        can_be_left_out = self.opened.table.can_be_left_out(dimension)
        widget = forms.CheckboxSelectMultiple() if len(choices) <= FEW else forms.SelectMultiple(attrs={"size": FEW})
        return forms.MultipleChoiceField(
            label=dimension.label.capitalize(),
            help_text=_("Väljer du inget räknar källan ihop alla.") if can_be_left_out else "",
            choices=choices,
            initial=initial,
            required=not can_be_left_out,
            widget=widget,
            error_messages={"required": _("Välj minst ett värde.")},
        )

    def chosen(self) -> dict[str, list[str]]:
        """Dimension → the table's own codes; a group of a code list stands for its members."""
        found: dict[str, list[str]] = {}
        for dimension in self.opened.others:
            codes = self.cleaned_data[f"d-{dimension.id}"]
            listed = self.code_lists.get(dimension.id)
            if listed is not None:
                members = {group.code: group.members for group in listed.groups}
                codes = [member for code in codes for member in members[code]]
            found[dimension.id] = list(dict.fromkeys(codes))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors or cleaned.get("measure") == Measure.COUNT:
            return cleaned
        several = [d.label for d in self.opened.others if len(self.chosen()[d.id]) > 1]
        if several:
            self.add_error(
                "measure",
                forms.ValidationError(
                    _("Bara antal får läggas ihop. Välj ett enda värde i %(dimensions)s."),
                    params={"dimensions": ", ".join(several)},
                    code="not_added",
                ),
            )
        return cleaned
