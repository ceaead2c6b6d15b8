"""The accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Configuration of the accounts room."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import personal_data
        from accounts.holdings import HOLDING
        from frontend import navigation

        personal_data.register(HOLDING)
        navigation.register(navigation.Entry("Communities", "accounts:communities", order=20))
