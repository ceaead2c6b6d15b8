"""The entries of the main navigation, which rooms add in ``AppConfig.ready()``: this room needs to know none."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

Condition = Callable[[HttpRequest], bool]


def everyone(request: HttpRequest) -> bool:
    """Shown to all, visitors too."""
    return True


def signed_in(request: HttpRequest) -> bool:
    """Shown to who has a session as a person."""
    return bool(request.user.is_authenticated)


def members(request: HttpRequest) -> bool:
    """Shown to who belongs to a community."""
    return getattr(request, "member", None) is not None


def site_staff(request: HttpRequest) -> bool:
    """Shown to the people who run the site."""
    return bool(request.user.is_authenticated and request.user.is_staff)


def with_role(*roles: str) -> Condition:
    """Shown to members who hold one of the roles, and to site staff."""

    def condition(request: HttpRequest) -> bool:
        member = getattr(request, "member", None)
        return site_staff(request) or (member is not None and bool(member.has_role(*roles)))

    return condition


@dataclass(frozen=True)
class Entry:
    """One link of the main navigation.

    Parameters
    ----------
    label : what the link says, two words at most
    url_name : the address's name, without arguments (``"deliberation:conversations"``)
    order : smaller comes first
    visible : whether the person behind a request is shown the link
    section : the path that counts as "here"; the link's own address when empty
    """

    label: str
    url_name: str
    order: int = 50
    visible: Condition = everyone
    section: str = ""

    @property
    def address(self) -> str:
        """The link's address."""
        return reverse(self.url_name)

    def is_here(self, path: str) -> bool:
        """Whether a page at ``path`` lies under this entry."""
        section = self.section or self.address
        return path == section if section == "/" else path.startswith(section)


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an entry; the same address name again takes the former's place."""
    _entries[entry.url_name] = entry


def all_entries() -> list[Entry]:
    """Every entry in order, whoever may see it."""
    return sorted(_entries.values(), key=lambda entry: (entry.order, entry.label))


def entries_for(request: HttpRequest) -> list[Entry]:
    """The entries that the person behind the request is shown."""
    return [entry for entry in all_entries() if entry.visible(request)]
