from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "samverka.statistics"
    verbose_name = _("Statistik")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers itself once models exist
