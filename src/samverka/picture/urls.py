from django.urls import path

from .views import areas, indicators, notes

app_name = "picture"
urlpatterns = [
    path("anteckningar/<slug:slug>/", notes.list_, name="notes"),
    path("anteckning/ny/<slug:slug>/", notes.new, name="new_note"),
    path("anteckning/<int:key>/", notes.change, name="change_note"),
    path("anteckning/<int:key>/ta-bort/", notes.remove, name="remove_note"),
    path("kommentar/<slug:slug>/<int:indicator>/<str:code>/", notes.comment, name="comment"),
    path("kommentar/<int:key>/ta-bort/", notes.remove_comment, name="remove_comment"),
    path("", areas.choose, name="choose"),
    path("<str:code>/", areas.area, name="area"),
    path("<str:code>/indikator/<int:key>/", indicators.indicator, name="indicator"),
    path("<str:code>/indikator/<int:key>/<slug:kind>/", indicators.chart, name="chart"),
    path("<str:code>/<slug:focus>/", areas.focus, name="focus"),
]
