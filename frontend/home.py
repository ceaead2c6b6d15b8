"""What the home page is made of: rooms register the addresses of their fragments in ``AppConfig.ready()``."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from frontend.navigation import Condition, everyone


@dataclass(frozen=True)
class Fragment:
    """A part of the home page that a room serves at an address of its own.

    The view answers an htmx request with the fragment alone and any other request with a whole page, so that the
    link which stands in for the fragment leads somewhere without JavaScript.

    Parameters
    ----------
    title : the link's words while the fragment is not there (and without JavaScript)
    url_name : the address's name, without arguments
    order : smaller comes first
    visible : whether the person behind a request is shown the fragment
    """

    title: str
    url_name: str
    order: int = 50
    visible: Condition = everyone

    @property
    def address(self) -> str:
        """The fragment's address."""
        return reverse(self.url_name)


_fragments: dict[str, Fragment] = {}


def register(fragment: Fragment) -> None:
    """Add a fragment; the same address name again takes the former's place."""
    _fragments[fragment.url_name] = fragment


def all_fragments() -> list[Fragment]:
    """Every fragment in order, whoever may see it."""
    return sorted(_fragments.values(), key=lambda fragment: (fragment.order, fragment.title))


def fragments_for(request: HttpRequest) -> list[Fragment]:
    """The fragments that the person behind the request is shown."""
    return [fragment for fragment in all_fragments() if fragment.visible(request)]
