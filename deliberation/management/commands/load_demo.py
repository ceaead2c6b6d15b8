"""`manage.py load_demo`."""

from typing import Any

from django.core.management.base import BaseCommand

from deliberation.demo.load import load_demo


class Command(BaseCommand):
    """Make the demonstration."""

    help = "Make the demo community: 400 generated people, conversations and results. A second time changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done."""
        made = load_demo()
        self.stdout.write("The demo community is ready." if made else "The demo community stands already.")
