from django.urls import path

from . import views

app_name = "plans"
urlpatterns = [
    path("ny/<int:key>/", views.add, name="add"),
    path("<int:key>/", views.measure, name="measure"),
    path("<int:key>/andra/", views.change, name="change"),
]
