from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PictureConfig(AppConfig):
    name = "samverka.picture"
    verbose_name = _("Lägesbild")

    def ready(self) -> None:
        from . import rules  # noqa: F401  they register themselves once models exist
        from .panels import chosen, notes, snapshots, start  # noqa: F401
