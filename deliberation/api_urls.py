"""REST addresses of the deliberation room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
