"""Addresses of the governance room; a module for each topic."""

from governance.urls import audit

app_name = "governance"
urlpatterns = [
    *audit.urlpatterns,
]
