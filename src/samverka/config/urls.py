"""Every address, by audience."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("samverka.web.urls")),
    path("samverkan/", include("samverka.collaborations.urls")),
    path("lagesbild/", include("samverka.picture.urls")),
    path("mal/", include("samverka.goals.urls")),
    path("overenskommelser/", include("samverka.agreements.urls")),
    path("finansiering/", include("samverka.financing.urls")),
    path("atgarder/", include("samverka.plans.urls")),
    path("lagesbeskrivning/", include("samverka.followup.urls")),
    path("rapporter/", include("samverka.reports.urls")),
    path("omraden/", include("samverka.territory.urls")),
    path("statistik/", include("samverka.statistics.urls")),
    path("organisation/", include("samverka.organisations.urls")),
    path("api/", include("samverka.api.urls")),
    path("konto/", include("samverka.config.sign_in_urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("samverka.demo.urls")))

handler400 = "samverka.web.errors.bad_request"
handler403 = "samverka.web.errors.forbidden"
handler404 = "samverka.web.errors.not_found"
handler500 = "samverka.web.errors.server_error"
