"""`manage.py load_demo`."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import demo_parts


class Command(BaseCommand):
    """Make the demonstration."""

    help = (
        "Make the demo community: 400 generated people, conversations, studies and results. "
        "A second time changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        made = demo_parts.load()
        self.stdout.write(f"Made {', '.join(made)}." if made else "The demo community stands already.")
