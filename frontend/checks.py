"""System checks: what rooms registered can be reached."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, reverse

from frontend import home, navigation


def registered_addresses_exist(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every registered navigation entry and home fragment names an address that exists."""
    found: list[CheckMessage] = []
    links: list[navigation.Entry | home.Fragment] = [*navigation.all_entries(), *home.all_fragments()]
    for registered in links:
        try:
            reverse(registered.url_name)
        except NoReverseMatch:
            found.append(
                Error(
                    f"{type(registered).__name__} names the address {registered.url_name!r}, which does not exist.",
                    hint="Addresses of registered links take no arguments; see the room's urls.py.",
                    id="frontend.E001",
                )
            )
    return found
