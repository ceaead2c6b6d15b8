"""``manage.py export_conversation SLUG FOLDER``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from deliberation.formats import write_folder
from deliberation.models import Conversation
from deliberation.queries.exports import DIALECTS, polis_folder


class Command(BaseCommand):
    """Write a conversation as a Polis export."""

    help = "Export a conversation as a folder of Polis files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the conversation's short name in its address")
        parser.add_argument("folder", type=Path, help="where the files go; made if it is missing")
        parser.add_argument("--dialect", choices=list(DIALECTS), default="source")

    def handle(self, *args: Any, **options: Any) -> None:
        conversation = Conversation.objects.filter(slug=options["slug"]).first()
        if conversation is None:
            raise CommandError(f"There is no conversation with the short name {options['slug']!r}.")
        folder = polis_folder(conversation, dialect=options["dialect"], site_url=settings.SITE_URL)
        try:
            written = write_folder(folder, options["folder"])
        except OSError as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"{options['folder']}: {', '.join(written)}")
