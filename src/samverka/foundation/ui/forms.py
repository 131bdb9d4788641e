"""How `{{ form }}` and `{{ field.as_field_group }}` come out: label, help and error in our shape."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

TOO_LONG = {"max_length": _("Texten är för lång: %(show_value)d tecken. Högst %(limit_value)d får plats.")}
"""What a field says instead of cutting; for `error_messages`."""


class Renderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class WholeText(forms.Textarea):
    """A text area that lets too long a text in and tells of it; the browser's own limit cuts it in silence."""

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        attrs.pop("maxlength", None)
        return attrs
