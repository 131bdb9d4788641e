from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "samverka.statistics"
    verbose_name = _("Statistik")

    def ready(self) -> None:
        from . import rules, tasks  # noqa: F401  they register themselves once models exist
