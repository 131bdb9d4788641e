from django.urls import path

from .views import definitions, figures, files, finding, refreshing, similar

app_name = "statistics"
urlpatterns = [
    path("", figures.list_, name="list"),
    path("importera/", figures.import_, name="import"),
    path("liknande/<str:code>/", similar.similar, name="similar"),
    path("liknande/<str:code>/valj/", similar.choose, name="choose_comparison"),
    path("uppdatera/", refreshing.refresh, name="refresh"),
    path("uppdatera/<int:key>/", refreshing.refreshed, name="refreshed"),
    path("hitta/", finding.find_, name="find"),
    path("hitta/kolada/", finding.add_kpi, name="add_kpi"),
    path("hitta/scb/", finding.table, name="table_choice"),
    path("rakna/", definitions.derive, name="derive"),
    path("fokus/", definitions.focus_areas, name="focus_areas"),
    path("fokus/ny/<int:key>/", definitions.add_focus_area, name="add_focus_area"),
    path("fokus/<int:key>/", definitions.change_focus_area, name="change_focus_area"),
    path("egna/<int:key>/", files.own, name="own"),
    path("egna/<int:key>/ny/", files.new, name="new_measurement"),
    path("<int:indicator>/fil/<int:key>/", files.preview, name="preview"),
    path("<int:key>/siffror/", files.upload, name="figures_file"),
    path("<int:key>/mall.<str:kind>", files.template, name="template"),
    path("<int:key>/siffror/<int:extraction>/angra/", files.undo, name="undo"),
    path("<int:key>/andra/", definitions.change, name="change"),
    path("<int:key>/", figures.indicator, name="indicator"),
    path("<int:key>/andrade-siffror/", refreshing.revisions, name="revisions"),
    path("<int:key>/tabell.csv", figures.table, name="table"),
]
