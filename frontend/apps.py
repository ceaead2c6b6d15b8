"""The frontend room."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    """Configuration of the frontend room."""

    name = "frontend"
    default_auto_field = "django.db.models.BigAutoField"
