"""Addresses of the aggregation room."""

from django.urls import URLPattern

app_name = "aggregation"
urlpatterns: list[URLPattern] = []
