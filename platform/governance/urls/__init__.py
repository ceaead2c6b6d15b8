"""Addresses of the governance room; a module for each topic."""

from governance.urls import audit, bodies, community, constitutions, decisions, pay, releases

app_name = "governance"
urlpatterns = [
    *audit.urlpatterns,
    *bodies.urlpatterns,
    *community.urlpatterns,
    *constitutions.urlpatterns,
    *decisions.urlpatterns,
    *pay.urlpatterns,
    *releases.urlpatterns,
]
