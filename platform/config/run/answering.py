"""Whether the web server answers."""

import urllib.error
import urllib.request

OUTAGES = (urllib.error.URLError, ConnectionError, TimeoutError)


def answers(url: str) -> bool:
    """Whether the address answers and all is well behind it."""
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return bool(reply.status == 200)
    except OUTAGES:
        return False
