"""Addresses of the frontend room."""

from django.urls import URLPattern

app_name = "frontend"
urlpatterns: list[URLPattern] = []
