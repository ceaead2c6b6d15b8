"""The governance room."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Configuration of the governance room: what it adds to the registries of the rooms below."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Fill the registries."""
        from accounts import personal_data
        from governance import holdings

        personal_data.register(holdings.HOLDING)
