"""Addresses of the aggregation room."""

from django.urls import path

from aggregation.views import compose, files, runs

app_name = "aggregation"
urlpatterns = [
    path("aggregations/", runs.runs, name="runs"),
    path("aggregations/rules/", runs.rules, name="rules"),
    path("aggregations/new/", compose.new, name="new"),
    path("aggregations/new/<slug:source>/<slug:material>/", compose.methods, name="methods"),
    path("aggregations/new/<slug:source>/<slug:material>/<slug:method>/", compose.compose, name="compose"),
    path("aggregations/<uuid:run>/", runs.run, name="run"),
    path("aggregations/<uuid:run>/again/", runs.again, name="again"),
    path("aggregations/<uuid:run>/propose/", files.propose, name="propose"),
    path("aggregations/<uuid:run>/files/<slug:part>/", files.download, name="download"),
]
