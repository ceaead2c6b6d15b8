"""The accounts room."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin import apps as admin_apps
from django.http import HttpRequest


def tries_a_demonstration(request: HttpRequest) -> bool:
    """Whether this is a demonstration, and the visitor nobody yet."""
    return bool(settings.DEMO and not request.user.is_authenticated)


class AccountsConfig(AppConfig):
    """Configuration of the accounts room."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import personal_data
        from accounts.holdings import HOLDING
        from frontend import home, navigation

        personal_data.register(HOLDING)
        home.register(home.Fragment("Try it as somebody", "accounts:demo", order=90, visible=tries_a_demonstration))
        navigation.register(navigation.Entry("Communities", "accounts:communities", order=20))


class StaffSiteConfig(admin_apps.AdminConfig):
    """Django's admin with our sign-in (:mod:`accounts.admin_site`) in the place of its own."""

    default = False  # "accounts" in INSTALLED_APPS means the room itself
    default_site = "accounts.admin_site.StaffSite"
