from django.conf import settings
from django.urls import URLPattern, path

from . import health, views

app_name = "web"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("sprak/", views.language, name="language"),
    path("jobb/<int:key>/", views.job, name="job"),
    path("jobb/<int:key>/avbryt/", views.cancel_job, name="cancel_job"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.DEBUG:
    from . import styleguide  # a page for developers only

    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))
