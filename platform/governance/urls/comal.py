"""Addresses of audits, and of what is to be studied."""

from django.urls import path

from governance.views import comal

FINDING = "audits/<int:audit>/<slug:comal_part>/"

urlpatterns = [
    path("study-order/", comal.study_order, name="study-order"),
    path("communities/<slug:community>/audits/", comal.audits, name="comals"),
    path("communities/<slug:community>/audits/new/", comal.begin, name="comal-begin"),
    path("communities/<slug:community>/priorities/", comal.priorities, name="priorities"),
    path("audits/<int:audit>/", comal.audit, name="comal"),
    path("audits/<int:audit>/publish/", comal.publish, name="comal-publish"),
    path("audits/<int:audit>/<slug:comal_part>/", comal.finding, name="comal-finding"),
    path(
        "audits/<int:audit>/<slug:comal_part>/evidence/<int:evidence_row>.json", comal.evidence, name="comal-evidence"
    ),
]
