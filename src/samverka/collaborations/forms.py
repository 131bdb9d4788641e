"""What coordinators and parties fill in."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today
from samverka.organisations.models import Organisation
from samverka.statistics.models import Indicator
from samverka.territory.enums import AreaKind
from samverka.territory.models import Area

from .enums import PartyRole, Phase
from .models import ChosenIndicator, Collaboration
from .services import Details


def _date_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class CollaborationForm(forms.Form):
    """A collaboration in a few sentences. The third question is the one that decides whether it should exist."""

    name = forms.CharField(label=_("Vad heter samverkan?"), max_length=120)
    citizen_value = forms.CharField(
        label=_("Vad får medborgarna ut av den?"),
        max_length=200,
        help_text=_("En mening. Den står överst på varje sida."),
    )
    challenge = forms.CharField(
        label=_("Varför klarar ingen part det ensam?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        help_text=_("Om någon har full rådighet är det den organisationens eget uppdrag, inte samverkan."),
    )
    area = forms.ModelChoiceField(label=_("Vilket område gäller det?"), queryset=Area.objects.none())
    starts_on = _date_field(_("Från och med"), initial=today)
    ends_on = _date_field(_("Till och med"), required=False)
    phase = forms.ChoiceField(
        label=_("Skede"), choices=Phase.choices, widget=forms.RadioSelect, initial=Phase.PREPARING
    )
    is_public = forms.BooleanField(
        label=_("Visa för alla"),
        required=False,
        help_text=_(
            "Alla ser då parterna, deras egen nytta, överenskommelsen och finansieringen, "
            "och de mål, åtgärder och rapporter som är offentliga."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)  # noqa: S101  narrows the type for the next line
        area.queryset = Area.objects.exclude(kind=AreaKind.NATION).order_by("kind", "name")

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        starts, ends = values.get("starts_on"), values.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("Sista dagen ligger före första dagen."))
        return values

    @classmethod
    def of(cls, collaboration: Collaboration, data: Any) -> "CollaborationForm":
        """The form as the collaboration stands."""
        names = [*cls.base_fields]
        return cls(data, initial={name: getattr(collaboration, name) for name in names})

    def details(self) -> Details:
        """The valid form as the services want it."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return Details(**{**values, "phase": Phase(values["phase"])})


class PartyForm(forms.Form):
    """An organisation joins."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        help_text=_("Saknas organisationen läggs den till av dem som sköter installationen."),
    )
    role = forms.ChoiceField(
        label=_("Roll"),
        choices=[choice for choice in PartyRole.choices if choice[0] != PartyRole.LEAD],
        widget=forms.RadioSelect,
        initial=PartyRole.PARTY,
    )
    joined_on = _date_field(_("Med från"), initial=today)

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        assert isinstance(organisation, forms.ModelChoiceField)  # noqa: S101  narrows the type for the next line
        organisation.queryset = Organisation.objects.exclude(
            pk__in=collaboration.parties.filter(left_on=None).values("organisation")
        )


class EndPartyForm(forms.Form):
    left_on = _date_field(_("Med till"), initial=today)

    def clean_left_on(self) -> date:
        day: date = self.cleaned_data["left_on"]
        if day > today():
            raise forms.ValidationError(_("Parten förlorar tillgången direkt. Välj i dag eller en tidigare dag."))
        return day


class BenefitForm(forms.Form):
    own_benefit = forms.CharField(
        label=_("Vad vinner ni själva på att vara med?"),
        help_text=_("Två eller tre meningar räcker. De andra parterna och medborgarna läser dem."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_own_benefit(self) -> str:
        value: Any = self.cleaned_data["own_benefit"]
        return str(value).replace("\r\n", "\n")


class ChooseIndicatorForm(forms.Form):
    """One indicator more in the situation picture."""

    indicator = forms.ModelChoiceField(
        label=_("Indikator"), queryset=Indicator.objects.none(), empty_label=_("Välj en indikator")
    )

    def __init__(self, *args: Any, indicators: QuerySet[Indicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        indicator = self.fields["indicator"]
        assert isinstance(indicator, forms.ModelChoiceField)  # noqa: S101  narrows the type for the next line
        indicator.queryset = indicators


class ChosenIndicatorForm(forms.Form):
    """The buttons beside an indicator of the situation picture: away with it, or to another place."""

    chosen = forms.ModelChoiceField(queryset=ChosenIndicator.objects.none())
    place = forms.IntegerField(min_value=1, required=False)
    """None takes the indicator away."""

    def __init__(self, *args: Any, rows: QuerySet[ChosenIndicator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  narrows the type for the next line
        chosen.queryset = rows
