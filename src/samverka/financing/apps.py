from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinancingConfig(AppConfig):
    name = "samverka.financing"
    verbose_name = _("Finansiering")

    def ready(self) -> None:
        from . import panels, rules  # noqa: F401  both register themselves once models exist
