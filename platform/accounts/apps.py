"""The accounts room."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


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


class StaffSiteConfig(admin_apps.AdminConfig):
    """Django's admin with our sign-in (:mod:`accounts.admin_site`) in the place of its own."""

    default = False  # "accounts" in INSTALLED_APPS means the room itself
    default_site = "accounts.admin_site.StaffSite"
