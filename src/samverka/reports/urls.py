from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("ny/<slug:slug>/", views.new, name="new"),
    path("<int:key>/", views.detail, name="detail"),
    path("<int:key>/diagram/<int:goal>.svg", views.chart, name="chart"),
    path("<int:key>/rapport-<slug:language>.pdf", views.pdf, name="pdf"),
    path("<int:key>/innehall.json", views.content, name="content"),
]
