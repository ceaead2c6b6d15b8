"""``manage.py import_study FOLDER_OR_FILE --community C --format F``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Community
from annotation.actions.imports import import_dataset
from annotation.formats.dataset import FormatError
from annotation.formats.readers import READERS, read_dataset

MOST_SHOWN = 20


class Command(BaseCommand):
    """Take a data set into a community."""

    help = "Import a data set as a closed study of a community; every refused row is listed with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", type=Path, help="the file or folder")
        parser.add_argument("--community", required=True, help="the community's short name (slug)")
        parser.add_argument("--format", required=True, choices=list(READERS), help="how it is written")
        parser.add_argument("--title", default="", help="the study's title; the file's name without it")
        parser.add_argument("--raters", type=Path, help="annotators' metadata, for LeWiDi")
        parser.add_argument("--item", help="column of items, for tables; a usual name is found without it")
        parser.add_argument("--rater", help="column of people, for tables")
        parser.add_argument("--value", action="append", help="column of answers, for tables; may be given again")
        parser.add_argument("--text", action="append", help="column of what was judged; may be given again")
        parser.add_argument("--demographic", action="append", help="column about the person; may be given again")
        parser.add_argument("--why", help="column of reasons, for tables")
        parser.add_argument("--all-refused", action="store_true", help=f"list more than {MOST_SHOWN} refused rows")

    def handle(self, *args: Any, **options: Any) -> None:
        source: Path = options["source"]
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"There is no community with the short name {options['community']!r}.")
        names = {"value": "values", "text": "texts", "demographic": "demographics"}
        told = {
            names.get(name, name): options[name] for name in ("item", "rater", "value", "text", "demographic", "why")
        }
        told = {name: held for name, held in told.items() if held is not None}
        if options["raters"]:
            told["raters"] = options["raters"]
        try:
            dataset = read_dataset(source, options["format"], told)
        except FormatError as problem:
            raise CommandError(str(problem)) from None
        shown = dataset.refusals if options["all_refused"] else dataset.refusals[:MOST_SHOWN]
        for refusal in shown:
            where = f"row {refusal.row}" if isinstance(refusal.row, int) else refusal.row
            self.stderr.write(f"Refused, {where}: {refusal.reason}")
        if len(shown) < len(dataset.refusals):
            self.stderr.write(f"Refused: {len(dataset.refusals) - len(shown)} more rows; --all-refused lists them.")
        for note in dataset.notes:
            self.stderr.write(f"Note: {note}")
        study = import_dataset(community=community, dataset=dataset, title=options["title"] or source.stem)
        self.stdout.write(
            f"{study.slug}: {len(dataset.items)} items, {len(dataset.raters)} people, {len(dataset.answers)} answers,"
            f" {len(dataset.refusals)} rows refused"
        )
