from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("in/<slug:key>/", views.enter, name="enter"),
]
