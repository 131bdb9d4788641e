from django.urls import path

from . import views

app_name = "followup"
urlpatterns = [
    path("<int:key>/", views.write, name="write"),
    path("<int:key>/jamforelse/", views.comparison, name="comparison"),
]
