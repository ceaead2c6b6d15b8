"""Addresses of the frontend room."""

from django.urls import path

from frontend import views

app_name = "frontend"
urlpatterns = [
    path("", views.home, name="home"),
    path("components/", views.components, name="components"),
    path("theme/", views.choose_theme, name="theme"),
]
