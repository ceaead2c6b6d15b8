"""The jobs room."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Configuration of the jobs room."""

    name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
