from django.urls import path

from . import views

app_name = "collaborations"
urlpatterns = [
    path("", views.list_, name="list"),
    path("starta/<int:key>/", views.start, name="start"),
    path("part/<int:key>/nytta/", views.benefit, name="benefit"),
    path("part/<int:key>/avsluta/", views.end_party, name="end_party"),
    path("<slug:slug>/", views.overview, name="overview"),
    path("<slug:slug>/andra/", views.change, name="change"),
    path("<slug:slug>/parter/ny/", views.add_party, name="add_party"),
    path("<slug:slug>/indikatorer/", views.indicators, name="indicators"),
    path("<slug:slug>/<slug:tab>/", views.tab, name="tab"),
]
