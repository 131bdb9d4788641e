from django.urls import path

from . import views

app_name = "organisations"
urlpatterns = [
    path("", views.own, name="own"),
    path("<int:key>/handelser/", views.audit, name="audit"),
]
