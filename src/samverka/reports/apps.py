from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "samverka.reports"
    verbose_name = _("Rapporter")

    def ready(self) -> None:
        from . import panels, rules, tasks  # noqa: F401  register themselves once models exist
