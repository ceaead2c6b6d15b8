"""Keys for what a page sends: a person without JavaScript gets one with the page."""

import uuid

from django import template

register = template.Library()


@register.simple_tag
def new_key() -> str:
    """A key that nothing was sent under yet."""
    return str(uuid.uuid4())
