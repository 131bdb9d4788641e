from django.urls import path

from . import views

app_name = "collaborations"
urlpatterns = [
    path("", views.list_, name="list"),
    path("part/<int:key>/nytta/", views.benefit, name="benefit"),
    path("<slug:slug>/", views.overview, name="overview"),
    path("<slug:slug>/<slug:tab>/", views.tab, name="tab"),
]
