from django.urls import path

from . import views

app_name = "territory"
urlpatterns = [
    path("", views.list_, name="list"),
    path("<str:code>/delregioner/", views.nodes, name="nodes"),
]
