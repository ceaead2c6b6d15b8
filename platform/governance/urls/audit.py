"""Addresses of the audit chain."""

from django.urls import path
from django.views.decorators.http import require_safe

from governance.views import audit

urlpatterns = [
    path("communities/<slug:community>/audit/", audit.chain, name="audit"),
    path("communities/<slug:community>/audit/<int:entry>/", audit.entry, name="audit-entry"),
    path("communities/<slug:community>/audit/chain.json", audit.bundle, name="audit-bundle"),
    path("communities/<slug:community>/audit/heads.atom", require_safe(audit.HeadsFeed()), name="audit-feed"),
    path("communities/<slug:community>/audit/heads.jsonl", audit.heads, name="audit-heads"),
    path("verify_tally.py", audit.verifier, name="verifier"),
]
