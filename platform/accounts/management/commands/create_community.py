"""`manage.py create_community NAME`: found a community."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import create_community
from accounts.models import Community, User


class Command(BaseCommand):
    """Found a community; a second time under the same slug is refused."""

    help = "Found a community."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", default="", help="The address; made from the name when left out.")
        parser.add_argument("--description", default="")
        parser.add_argument("--admin", default="", metavar="EMAIL", help="An account that becomes the first admin.")
        parser.add_argument("--open-entry", action="store_true", help="Anyone may take part, without an invitation.")
        parser.add_argument("--private", action="store_true", help="Only members see it.")

    def handle(self, *args: Any, **options: Any) -> None:
        if Community.objects.filter(slug=options["slug"]).exists():
            raise CommandError(f"There is a community at {options['slug']} already.")
        admin = None
        if options["admin"]:
            admin = User.objects.filter(email__iexact=options["admin"]).first()
            if admin is None:
                raise CommandError(f"Nobody has the address {options['admin']}. Let them sign up first.")
        community = create_community(
            name=options["name"],
            slug=options["slug"],
            description=options["description"],
            is_public=not options["private"],
            open_entry=options["open_entry"],
            created_by=admin,
        )
        self.stdout.write(community.slug)
