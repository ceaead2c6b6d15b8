"""The one-click logins of a demonstration."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import RequestContext

from accounts.demo import PEOPLE

register = template.Library()


@register.inclusion_tag("accounts/demo_people.html", takes_context=True)
def demo_people(context: RequestContext, address: str = "") -> dict[str, Any]:
    """Buttons that sign one in as somebody and lead to `address`; nothing outside demonstrations."""
    return {
        "people": PEOPLE if settings.DEMO else (),
        "next": address,
        "csrf_token": context.get("csrf_token"),
    }
