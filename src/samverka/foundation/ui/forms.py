"""How `{{ form }}` and `{{ field.as_field_group }}` come out: label, help and error in our shape."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
