from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "samverka.organisations"
    verbose_name = _("Organisationer")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers itself once models exist
