"""Addresses of the deliberation room."""

from django.urls import URLPattern

app_name = "deliberation"
urlpatterns: list[URLPattern] = []
