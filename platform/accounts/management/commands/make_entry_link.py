"""`manage.py make_entry_link COMMUNITY`: print a link that lets people in."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from accounts.actions import make_entry_link
from accounts.models import Community, EntryLink


class Command(BaseCommand):
    """Print entry links, one a line; they are shown this once."""

    help = "Make entry links of a community and print them; they are shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("community", help="The community's slug.")
        parser.add_argument("--open", action="store_true", help="One link for everyone who has it.")
        parser.add_argument("--count", type=int, default=1, help="How many invitations.")
        parser.add_argument("--label", default="")
        parser.add_argument("--leads-to", default="", metavar="ADDRESS", help="Such as /conversations/parks/.")
        parser.add_argument("--days", type=int, default=0, help="Stop working after so many days.")

    def handle(self, *args: Any, **options: Any) -> None:
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"There is no community at {options['community']}.")
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        for _ in range(1 if options["open"] else options["count"]):
            try:
                _, token = make_entry_link(
                    community=community,
                    kind=EntryLink.Kind.OPEN if options["open"] else EntryLink.Kind.SINGLE,
                    label=options["label"],
                    leads_to=options["leads_to"],
                    expires_at=expires_at,
                )
            except ValueError as problem:
                raise CommandError(str(problem)) from None
            self.stdout.write(f"{settings.SITE_URL}{reverse('accounts:enter-token', args=[token])}")
