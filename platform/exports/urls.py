"""Addresses of the exports room."""

from django.urls import path

from exports.views import downloading, listing, preparing

app_name = "exports"
urlpatterns = [
    path("exports/", listing.exports, name="exports"),
    path("communities/<slug:community>/data-sets/", listing.panel, name="panel"),
    path("exports/new/", preparing.new, name="new"),
    path("exports/<uuid:export>/", listing.export, name="export"),
    path("exports/<uuid:export>/privacy/", preparing.privacy, name="privacy"),
    path("exports/<uuid:export>/texts/", preparing.texts, name="texts"),
    path("exports/<uuid:export>/build/", preparing.build, name="build"),
    path("exports/<uuid:export>/again/", preparing.again, name="again"),
    path("exports/<uuid:export>/download/", downloading.download, name="download"),
]
