"""Addresses of the governance room; a module for each topic."""

from governance.urls import (
    audit,
    bodies,
    comal,
    community,
    constitutions,
    decisions,
    draws,
    incidents,
    pay,
    releases,
)

app_name = "governance"
urlpatterns = [
    *audit.urlpatterns,
    *bodies.urlpatterns,
    *comal.urlpatterns,
    *community.urlpatterns,
    *constitutions.urlpatterns,
    *decisions.urlpatterns,
    *draws.urlpatterns,
    *incidents.urlpatterns,
    *pay.urlpatterns,
    *releases.urlpatterns,
]
