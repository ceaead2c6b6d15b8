"""The deliberation room."""

from django.apps import AppConfig


class DeliberationConfig(AppConfig):
    """Configuration of the deliberation room."""

    name = "deliberation"
    default_auto_field = "django.db.models.BigAutoField"
