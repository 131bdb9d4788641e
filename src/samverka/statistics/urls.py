from django.urls import path

from .views import figures

app_name = "statistics"
urlpatterns = [
    path("", figures.list_, name="list"),
    path("importera/", figures.import_, name="import"),
    path("<int:key>/", figures.indicator, name="indicator"),
    path("<int:key>/tabell.csv", figures.table, name="table"),
]
