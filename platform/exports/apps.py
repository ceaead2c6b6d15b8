"""The exports room."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Configuration of the exports room."""

    name = "exports"
    default_auto_field = "django.db.models.BigAutoField"
