"""What somebody says of an indicator or a focus area, and how one is counted out of others."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from samverka.foundation.ui.forms import TOO_LONG, WholeText
from samverka.organisations.models import Organisation
from samverka.statistics.enums import Measure, Polarity, Recipe
from samverka.statistics.models import FocusArea, Indicator

PER = ((100, _("per hundra (procent)")), (1000, _("per tusen")), (1, _("per en")))


class IndicatorKeyField(forms.CharField):
    """An indicator by its source's key, such as N02268 or kolada/N02268; the indicator itself when cleaned."""

    def __init__(self, *, list_id: str, **given: Any) -> None:
        widget = forms.TextInput(attrs={"list": list_id, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=80, widget=widget, **given)
        self.queryset: QuerySet[Indicator] = Indicator.objects.none()

    def clean(self, value: Any) -> Indicator | None:
        text = super().clean(value).strip()
        if not text:
            return None
        source, _slash, key = text.rpartition("/")
        found = self.queryset.filter(source_key__iexact=key)
        if source:
            found = found.filter(source__key__iexact=source)
        several = list(found[:2])
        if not several:
            raise ValidationError(_("Ingen indikator har beteckningen %(key)s."), params={"key": text}, code="unknown")
        if len(several) > 1:
            raise ValidationError(
                _("Flera källor har beteckningen. Skriv källan först, som kolada/%(key)s."),
                params={"key": key},
                code="several",
            )
        return several[0]


class DefinitionForm(forms.Form):
    """The definition as a person may change it."""

    name = forms.CharField(label=_("Namn"), max_length=300)
    definition = forms.CharField(
        label=_("Definition"),
        widget=WholeText(attrs={"rows": 5}),
        max_length=20_000,
        required=False,
        error_messages=TOO_LONG,
    )
    target_group = forms.CharField(
        label=_("Målgrupp"),
        help_text=_("Vilka siffran handlar om."),
        widget=WholeText(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        error_messages=TOO_LONG,
    )
    numerator = forms.CharField(
        label=_("Täljare"),
        widget=WholeText(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        error_messages=TOO_LONG,
    )
    denominator = forms.CharField(
        label=_("Nämnare"),
        widget=WholeText(attrs={"rows": 2}),
        max_length=2000,
        required=False,
        error_messages=TOO_LONG,
    )
    polarity = forms.ChoiceField(label=_("Vilket håll är bra?"), choices=Polarity.choices)
    measure = forms.ChoiceField(
        label=_("Vad är värdet?"),
        help_text=_("Antal får läggas ihop. Andelar räknas om ur täljare och nämnare. Annat slås aldrig ihop."),
        choices=Measure.choices,
    )
    weight = IndicatorKeyField(
        label=_("Vägs med"),
        help_text=_("Beteckningen på indikatorn som räknar samma personer, för ungefärliga värden för grupper."),
        list_id="indicators",
        required=False,
    )
    continues = IndicatorKeyField(
        label=_("Fortsätter serien"),
        help_text=_("Beteckningen på den äldre serie som den här har tagit vid efter."),
        list_id="indicators",
        required=False,
    )
    is_chained = forms.BooleanField(label=_("Visa de två serierna som en, med ett märke där de möts"), required=False)
    is_closed = forms.BooleanField(label=_("Serien är avslutad: det kommer inga fler siffror"), required=False)
    focus = forms.TypedMultipleChoiceField(
        label=_("Fokusområden"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(
        self, *args: Any, visible: QuerySet[Indicator], focus_areas: Iterable[FocusArea], **given: Any
    ) -> None:
        super().__init__(*args, **given)
        for name in ("weight", "continues"):
            cast("IndicatorKeyField", self.fields[name]).queryset = visible
        focus = cast("forms.TypedMultipleChoiceField", self.fields["focus"])
        focus.choices = [(area.pk, _named(area)) for area in focus_areas]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_chained") and not cleaned.get("continues") and "continues" not in self.errors:
            self.add_error("continues", _("Skriv vilken serie den fortsätter, eller låt serierna vara var för sig."))
        return cleaned


def _named(area: FocusArea) -> str:
    return area.title if area.organisation is None else f"{area.title} ({area.organisation.name})"


class DerivedForm(forms.Form):
    """Counting an indicator out of others."""

    recipe = forms.ChoiceField(
        label=_("Hur räknas den?"), choices=Recipe.choices, widget=forms.RadioSelect, initial=Recipe.GAP
    )
    first = IndicatorKeyField(
        label=_("Indikator"), help_text=_("Källans beteckning, som N02268. Täljaren i en kvot."), list_id="indicators"
    )
    second = IndicatorKeyField(
        label=_("Andra indikatorn"),
        help_text=_("För en kvot: nämnaren. För en skillnad: den som dras ifrån."),
        list_id="indicators",
        required=False,
    )
    per = forms.TypedChoiceField(label=_("En kvot räknas"), choices=PER, coerce=int, initial=100, required=False)
    base_year = forms.IntegerField(
        label=_("Basår"), help_text=_("För ett index: året som är 100."), min_value=1749, max_value=2199, required=False
    )
    name = forms.CharField(label=_("Namn"), max_length=300)
    polarity = forms.ChoiceField(label=_("Vilket håll är bra?"), choices=Polarity.choices, initial=Polarity.NONE)
    owner = forms.TypedChoiceField(
        label=_("Vems är den?"),
        help_text=_("Alla får läsa den. Den som äger den får ändra den."),
        coerce=lambda value: int(value) if value else None,
        empty_value=None,
        required=False,
    )

    def __init__(
        self, *args: Any, visible: QuerySet[Indicator], owners: Iterable[Organisation], may_all: bool, **given: Any
    ) -> None:
        super().__init__(*args, **given)
        for name in ("first", "second"):
            cast("IndicatorKeyField", self.fields[name]).queryset = visible
        owner = cast("forms.TypedChoiceField", self.fields["owner"])
        owner.choices = [*([("", _("Allas"))] if may_all else []), *((str(o.pk), o.name) for o in owners)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        recipe = cleaned.get("recipe")
        if recipe in {Recipe.RATE, Recipe.GAP} and not cleaned.get("second") and "second" not in self.errors:
            self.add_error("second", _("Välj den andra indikatorn."))
        if recipe == Recipe.INDEX and not cleaned.get("base_year") and "base_year" not in self.errors:
            self.add_error("base_year", _("Skriv vilket år som är 100."))
        return cleaned


class FocusAreaForm(forms.Form):
    """A focus area: what it is called, and what stands in it."""

    name = forms.CharField(label=_("Namn"), help_text=_("Ett eller två ord, som Kompetens."), max_length=80)
    question = forms.CharField(
        label=_("Fråga"), help_text=_("Den fråga som siffrorna svarar på."), max_length=200, required=False
    )
    order = forms.IntegerField(
        label=_("Plats i lägesbilden"),
        help_text=_("Lägst tal kommer först. De gemensamma börjar på 0."),
        min_value=0,
        max_value=999,
        initial=10,
    )
    indicators = forms.CharField(
        label=_("Indikatorer, i ordning"),
        help_text=_("En beteckning på varje rad, som N02268. Ordningen blir ordningen i lägesbilden."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args: Any, visible: QuerySet[Indicator], **given: Any) -> None:
        super().__init__(*args, **given)
        self._visible = visible

    def clean_indicators(self) -> list[Indicator]:
        keys = list(
            dict.fromkeys(line.strip() for line in self.cleaned_data["indicators"].splitlines() if line.strip())
        )
        known: dict[str, Indicator] = {}
        for indicator in self._visible.filter(source_key__in=[key.rpartition("/")[2] for key in keys]):
            known.setdefault(indicator.source_key, indicator)
            known[f"{indicator.source.key}/{indicator.source_key}"] = indicator
        unknown = [key for key in keys if key not in known]
        if unknown:
            raise ValidationError(
                _("Ingen indikator har beteckningen %(keys)s."), params={"keys": ", ".join(unknown)}, code="unknown"
            )
        return list(dict.fromkeys(known[key] for key in keys))
