"""The frontend room."""

from django.apps import AppConfig
from django.core.checks import register


class FrontendConfig(AppConfig):
    """Configuration of the frontend room."""

    name = "frontend"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from frontend.checks import registered_addresses_exist

        register(registered_addresses_exist)
