"""The governance room."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Configuration of the governance room."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"
