from django.urls import path

from . import views

app_name = "statistics"
urlpatterns = [
    path("", views.list_, name="list"),
    path("importera/", views.import_, name="import"),
    path("<int:key>/", views.indicator, name="indicator"),
    path("<int:key>/tabell.csv", views.table, name="table"),
]
