from django.urls import path

from .views import figures, refreshing, similar

app_name = "statistics"
urlpatterns = [
    path("", figures.list_, name="list"),
    path("importera/", figures.import_, name="import"),
    path("liknande/<str:code>/", similar.similar, name="similar"),
    path("liknande/<str:code>/valj/", similar.choose, name="choose_comparison"),
    path("uppdatera/", refreshing.refresh, name="refresh"),
    path("uppdatera/<int:key>/", refreshing.refreshed, name="refreshed"),
    path("<int:key>/", figures.indicator, name="indicator"),
    path("<int:key>/andrade-siffror/", refreshing.revisions, name="revisions"),
    path("<int:key>/tabell.csv", figures.table, name="table"),
]
