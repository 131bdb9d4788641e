from django.urls import path

from . import views

app_name = "financing"
urlpatterns = [
    path("ny/<slug:slug>/", views.add, name="add"),
]
