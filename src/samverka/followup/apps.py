from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowupConfig(AppConfig):
    name = "samverka.followup"
    verbose_name = _("Uppföljning")

    def ready(self) -> None:
        from . import panels, rules  # noqa: F401  register themselves once models exist
