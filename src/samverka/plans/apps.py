from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "samverka.plans"
    verbose_name = _("Åtgärder")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers itself once models exist
