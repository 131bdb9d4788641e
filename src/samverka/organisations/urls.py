from django.urls import path

from . import views

app_name = "organisations"
urlpatterns = [
    path("", views.own, name="own"),
    path("<int:key>/handelser/", views.audit, name="audit"),
    path("<int:key>/personer/ny/", views.add_member, name="add_member"),
    path("<int:key>/nycklar/", views.api_keys, name="api_keys"),
    path("nycklar/<int:key>/aterkalla/", views.withdraw_api_key, name="withdraw_api_key"),
    path("personer/<int:key>/avsluta/", views.end_membership, name="end_membership"),
]
