"""What a coordinator fills in about people."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from samverka.foundation.clock import today

from .enums import MembershipRole


class MemberForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=200)
    email = forms.EmailField(
        label=_("E-post"), max_length=254, help_text=_("Adressen i tjänsten. Den kan inte ändras av personen själv.")
    )
    role = forms.ChoiceField(label=_("Roll"), choices=MembershipRole.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(
        label=_("Från och med"), initial=today, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label=_("Första dagen utan tillgång"),
        initial=today,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


KEY_DAYS = 365


def _in_a_year() -> date:
    return today() + timedelta(days=KEY_DAYS)


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        label=_("Vad ska nyckeln användas till?"),
        max_length=80,
        help_text=_("Till exempel vilket system som läser, och vem som sköter det."),
    )
    ends_on = forms.DateField(
        label=_("Gäller till och med"),
        initial=_in_a_year,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_ends_on(self) -> date:
        day: date = self.cleaned_data["ends_on"]
        if not today() <= day <= today() + timedelta(days=2 * KEY_DAYS):
            raise forms.ValidationError(_("Välj en dag från och med i dag och högst två år fram."))
        return day
