"""Addresses of bodies and decisions."""

from django.http import HttpResponse
from django.urls import path

urlpatterns = [
    path("bodies/<slug:body>/", lambda r, body: HttpResponse(""), name="body"),
    path("decisions/<uuid:decision>/", lambda r, decision: HttpResponse(""), name="decision"),
]
