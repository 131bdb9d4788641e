from django.urls import path

from . import views

app_name = "goals"
urlpatterns = [
    path("nytt/<slug:slug>/", views.adopt, name="adopt"),
    path("omdomet/", views.verdict, name="verdict"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/diagram.svg", views.chart, name="chart"),
    path("<int:key>/tabell.csv", views.table, name="table"),
]
