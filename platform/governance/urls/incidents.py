"""Addresses of incidents."""

from django.urls import path

from governance.views import incidents

urlpatterns = [
    path("communities/<slug:community>/incidents/", incidents.incidents, name="incidents"),
    path("communities/<slug:community>/incidents/report/", incidents.report, name="incident-report"),
    path("incidents/own/<str:token>/", incidents.own, name="incident-own"),
    path("incidents/<slug:incident>/", incidents.incident, name="incident"),
    path("incidents/<slug:incident>/step/", incidents.step, name="incident-step"),
    path("incidents/<slug:incident>/evidence/<int:evidence>/", incidents.evidence, name="incident-evidence"),
    path("incidents/<slug:incident>/evidence/<int:evidence>/redact/", incidents.redact, name="incident-redact"),
]
