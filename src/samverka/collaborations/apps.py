from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationsConfig(AppConfig):
    name = "samverka.collaborations"
    verbose_name = _("Samverkan")

    def ready(self) -> None:
        from . import panels, rules  # noqa: F401  both register themselves once models exist
