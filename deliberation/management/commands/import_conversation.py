"""``manage.py import_conversation FOLDER --community C``."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Community
from deliberation.actions.imports import import_conversation
from deliberation.formats import FormatError, PolisFolder, read_folder, read_zip


class Command(BaseCommand):
    """Take a Polis export into a community."""

    help = "Import a Polis export, a folder or a zip file, as a closed conversation of a community."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder or zip file")
        parser.add_argument("--community", required=True, help="the community's short name (slug)")
        parser.add_argument("--title", default="", help="used where the export names no topic")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["folder"]
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"There is no community with the short name {options['community']!r}.")
        if not path.exists():
            raise CommandError(f"There is no folder or file {path}.")
        try:
            folder = read_folder(path) if path.is_dir() else read_zip(path)
        except FormatError as problem:
            raise CommandError(str(problem)) from None
        conversation = import_conversation(
            community=community,
            folder=folder,
            sha256=_sha256(path),
            title=options["title"] or path.stem,
        )
        for note in folder.notes:
            self.stderr.write(f"Note: {note}")
        self.stdout.write(f"{conversation.slug}: {_counts(folder)}")


def _sha256(path: Path) -> str:
    """Of a file its own hash; of a folder that of its files' names and hashes, in the order of names."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        digest.update(f"{file.relative_to(path)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _counts(folder: PolisFolder) -> str:
    return (
        f"{len(folder.participants)} participants, {len(folder.comments)} statements, {folder.distinct_votes} votes"
        + ("" if folder.events is None else f", {len(folder.events)} vote events")
    )
