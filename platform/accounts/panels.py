"""What a community's page is made of: rooms above register the addresses of their fragments in `AppConfig.ready()`."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import Community


@dataclass(frozen=True)
class Panel:
    """A part of the community page that another room serves.

    The view at the address gets the community's slug. It answers an htmx request with the fragment alone and any
    other request with a whole page, so that the link which stands in for the fragment leads somewhere without
    JavaScript.

    Parameters
    ----------
    title : the link's words while the fragment is not there (and without JavaScript)
    url_name : the address's name; its only argument is the slug
    order : smaller comes first
    """

    title: str
    url_name: str
    order: int = 50

    def address(self, community: Community) -> str:
        """Where the fragment of this community is."""
        return reverse(self.url_name, args=[community.slug])


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a part; the same address name again takes the former's place."""
    _panels[panel.url_name] = panel


def panels_for(community: Community) -> list[tuple[str, str]]:
    """Titles and addresses of a community's fragments, in order."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.title))
    return [(panel.title, panel.address(community)) for panel in ordered]
