from django.urls import path

from . import views

app_name = "statistics"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<int:key>/", views.indicator, name="indicator"),
]
