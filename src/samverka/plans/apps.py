from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    name = "samverka.plans"
    verbose_name = _("Åtgärder")

    def ready(self) -> None:
        from . import panels, rules  # noqa: F401  register themselves once models exist
