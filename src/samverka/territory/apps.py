from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TerritoryConfig(AppConfig):
    name = "samverka.territory"
    verbose_name = _("Territorium")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers
