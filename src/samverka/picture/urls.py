from django.urls import path

from .views import areas, indicators, notes, program, projection, snapshots

app_name = "picture"
urlpatterns = [
    path("anteckningar/<slug:slug>/", notes.list_, name="notes"),
    path("anteckning/ny/<slug:slug>/", notes.new, name="new_note"),
    path("anteckning/<int:key>/", notes.change, name="change_note"),
    path("anteckning/<int:key>/ta-bort/", notes.remove, name="remove_note"),
    path("kommentar/<slug:slug>/<int:indicator>/<str:code>/", notes.comment, name="comment"),
    path("kommentar/<int:key>/ta-bort/", notes.remove_comment, name="remove_comment"),
    path("bild/ny/<slug:slug>/", snapshots.new, name="new_snapshot"),
    path("bild/<int:key>/", snapshots.detail, name="snapshot"),
    path("bild/<int:key>/jamfor/", snapshots.compare, name="compare_snapshot"),
    path("bild/<int:key>/lank/", snapshots.share, name="share_snapshot"),
    path("bild/<int:key>/diagram/<int:indicator>.<slug:kind>", snapshots.chart, name="snapshot_chart"),
    path("bild/<int:key>/<str:name>", snapshots.file, name="snapshot_file"),
    path("delad/<str:token>/", snapshots.shared, name="shared"),
    path("delad/<str:token>/diagram/<int:indicator>.<slug:kind>", snapshots.shared_chart, name="shared_chart"),
    path("delad/<str:token>/<str:name>", snapshots.shared_file, name="shared_file"),
    path("diagram.js", program.program, name="program"),
    path("", areas.choose, name="choose"),
    path("<str:code>/", areas.area, name="area"),
    path("<str:code>/indikator/<int:key>/", indicators.indicator, name="indicator"),
    path("<str:code>/indikator/<int:key>/<slug:kind>/", indicators.chart, name="chart"),
    path("<str:code>/framskrivning/", projection.projection, name="projection"),
    path("<str:code>/framskrivning/diagram/", projection.projection_chart, name="projection_chart"),
    path("<str:code>/<slug:focus>/", areas.focus, name="focus"),
]
