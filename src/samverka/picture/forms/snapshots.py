"""What is said when the picture is frozen."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _


class SnapshotForm(forms.Form):
    title = forms.CharField(label=_("Vad ska lägesbilden heta?"), max_length=200)
    order_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
