from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "samverka.agreements"
    verbose_name = _("Överenskommelser")

    def ready(self) -> None:
        from . import panels, rules  # noqa: F401  both register themselves once models exist
