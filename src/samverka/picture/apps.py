from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PictureConfig(AppConfig):
    name = "samverka.picture"
    verbose_name = _("Lägesbild")
