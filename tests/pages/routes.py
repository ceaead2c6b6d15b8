"""Every route of the house, found in the URL configuration."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, get_resolver

# Kept by their own projects and tested there; a test of ours holds what they must refuse.
OTHERS = ("admin:", "account_", "mfa_", "reauth")


@dataclass(frozen=True)
class Route:
    """A named address and the names of what it takes."""

    name: str
    parameters: tuple[str, ...]


def all_routes() -> list[Route]:
    """Routes of our own, each once."""
    found = {route.name: route for route in _walk(get_resolver().url_patterns, "", ())}
    return [route for name, route in sorted(found.items()) if not name.startswith(OTHERS)]


def _walk(patterns: list[object], space: str, taken: tuple[str, ...]) -> Iterator[Route]:
    for pattern in patterns:
        here = pattern.pattern  # type: ignore[attr-defined]  # either kind of entry has one
        names = (*taken, *(here.converters or here.regex.groupindex))
        if isinstance(pattern, URLPattern):
            name = pattern.name or str(pattern.pattern)
            # Routers add a twin of each address for a file suffix: the same view.
            if "format" not in names:
                yield Route(f"{space}{name}", names)
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else space  # type: ignore[attr-defined]  # a resolver
            yield from _walk(pattern.url_patterns, inner, names)  # type: ignore[attr-defined]  # a resolver
