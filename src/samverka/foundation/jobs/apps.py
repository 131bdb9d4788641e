from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "samverka.foundation.jobs"
    label = "jobs"
    verbose_name = _("Arbeten")

    def ready(self) -> None:
        from . import rules  # noqa: F401  rules register themselves once models exist
