from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "samverka.goals"
    verbose_name = _("Mål")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers itself once models exist
