"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Configuration of the accounts room."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
