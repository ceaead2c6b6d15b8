"""What an accepted answer earns."""

from annotation.models import Response


def pay_for(response: Response) -> None:
    """Credit an accepted answer to its member, once."""
