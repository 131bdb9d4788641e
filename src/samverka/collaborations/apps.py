from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CollaborationsConfig(AppConfig):
    name = "samverka.collaborations"
    verbose_name = _("Samverkan")

    def ready(self) -> None:
        from . import rules  # noqa: F401  registers itself once models exist
