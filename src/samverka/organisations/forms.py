"""What a coordinator fills in about people."""

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
