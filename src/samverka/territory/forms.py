"""What a county's coordinator fills in."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Area
from .services.nodes import LONGEST_NAME, Division

PREFIX = "kommun_"


class NodesForm(forms.Form):
    """The name of the node beside every municipality of a county. The same name is the same node."""

    some_outside = forms.BooleanField(
        label=_("Kommuner utan delregion står utanför"),
        required=False,
        help_text=_("Då täcker delregionerna inte hela länet, och det står så där de visas."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, municipalities: Iterable[Area], division: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for area in municipalities:
            self.fields[PREFIX + area.code] = forms.CharField(
                label=area.name,
                required=False,
                max_length=LONGEST_NAME,
                initial=division[area.code],
                widget=forms.TextInput(attrs={"list": "delregioner", "autocomplete": "off"}),
            )
        self.order_fields([*(name for name in self.fields if name.startswith(PREFIX)), "some_outside", "seen"])

    @property
    def division(self) -> Division:
        """The valid form as the services want it."""
        return {
            name.removeprefix(PREFIX): " ".join(value.split())
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }
