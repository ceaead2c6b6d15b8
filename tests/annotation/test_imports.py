"""Data sets become studies and leave again: who answered what of which item is the same multiset at the end."""

import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from annotation.actions.imports import import_dataset
from annotation.formats.dataset import Answer, Dataset, Item, Rater
from annotation.formats.huggingface import read_folder
from annotation.models import ImportedRater, Question, Study
from annotation.queries import answer_rows
from annotation.shaping import told_of_item
from exports.actions import build_export, choose_privacy, decide_texts, request_export, scan_texts, start_export
from exports.models import Export
from exports.privacy import Choices, Column
from tests.annotation.formats.test_round_trips import SOURCES
from tests.factories.accounts import CommunityFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def triples(study: Study, names: dict[str, str] | None = None) -> Counter[tuple[str, str, str, str]]:
    """(item, rater in the files, question in the files, value) of what the database holds."""
    raters = dict(ImportedRater.objects.filter(study=study).values_list("member_id", "name"))
    asked = {
        question.name: str(question.settings["source_name"])
        for question in Question.objects.filter(version__study=study)
    }
    known = names or {}
    return Counter(
        (row.item, known.get(raters[row.rater], raters[row.rater]), asked[row.question], row.value)
        for row in answer_rows(study)
    )


def export_of(study: Study) -> Export:
    """A bundle in which everything in texts was kept by a person's decision."""
    export = start_export(of=study, format="bundle")
    scan_texts(Watched(), export=str(export.pk))
    columns = {name: Column("keep") for name in export.privacy["columns"]}
    choose_privacy(export=export, choices=Choices(1, columns), by=None)
    found = list(export.findings.values_list("pk", flat=True))
    decide_texts(export=export, kept=found, listed=found, done=True)
    request_export(export=export, requested_by=None)
    build_export(Watched(), export=str(export.pk))
    export.refresh_from_db()
    return export


def unpacked(export: Export, folder: Path) -> Dataset:
    with default_storage.open(export.stored_as) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return read_folder(folder)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "d3 items"])
def test_a_data_set_comes_through_database_and_export_unchanged(shared_data: Path, tmp_path: Path, name: str) -> None:
    source = SOURCES[name](shared_data)
    community = CommunityFactory()

    study = import_dataset(community=community, dataset=source, title=name)
    stored = triples(study)
    export = export_of(study)
    read = unpacked(export, tmp_path / "out")
    again = import_dataset(community=community, dataset=read, title=f"{name} again")

    originals = dict(ImportedRater.objects.filter(study=study).values_list("member_id", "name"))
    names = {person.pseudonym: originals[person.member_id] for person in export.people.all()}
    left = Counter((a.item, names.get(a.rater, ""), a.question, a.value) for a in read.answers)
    assert stored == source.triples()
    assert left == source.triples()
    assert beside(read, names) == beside(source)
    assert triples(again, names) == source.triples()


def beside(dataset: Dataset, names: dict[str, str] | None = None) -> Counter[tuple[str, ...]]:
    """What stands beside each answer and each item, without what tells who answered."""
    told = Counter(
        (
            a.item,
            (names or {}).get(a.rater, a.rater),
            a.question,
            str(a.why),
            str(a.flags),
            str(sorted(a.extra.items())),
        )
        for a in dataset.answers
    )
    people: dict[str, set[str]] = {}
    for answer in dataset.answers:
        people.setdefault(answer.item, set()).add(answer.rater)
    known = {item.id: told_of_item(item, people.get(item.id, set())) for item in dataset.items}
    return told + Counter((name, json.dumps(held, sort_keys=True)) for name, held in known.items())


def test_items_without_answers_are_taken_in(shared_data: Path) -> None:
    source = SOURCES["d3 items"](shared_data)

    study = import_dataset(community=CommunityFactory(), dataset=source, title="items")

    assert study.items.count() == 4554
    assert study.status == Study.Status.CLOSED


def test_people_keep_what_they_told_and_the_kinds_of_missing(tmp_path: Path) -> None:
    told = [{"age": ">65", "sex": "f"}, {"age": "DATA_EXPIRED", "sex": "Prefer not to say"}, {"age": "", "sex": "f"}]
    raters = tuple(Rater(f"{number}", cells) for number, cells in enumerate(told))
    answers = tuple(Answer("i", rater.id, "label", "0,1", ("so",), ("underspecified",)) for rater in raters)
    source = Dataset((Item("i", {"text": "t"}),), raters, answers, info={"multiple": ["label"]})

    study = import_dataset(community=CommunityFactory(), dataset=source, title="people")
    read = unpacked(export_of(study), tmp_path / "out")

    assert Counter(tuple(rater.demographics.items()) for rater in read.raters) == Counter(
        tuple(cells.items()) for cells in told
    )
    assert {(a.value, a.why, a.flags) for a in read.answers} == {("0,1", ("so",), ("underspecified",))}
    members = ImportedRater.objects.filter(study=study).select_related("member__user")
    assert not any(rater.member.user.is_active or rater.member.user.has_usable_password() for rater in members)


def test_ids_of_the_files_never_leave(tmp_path: Path) -> None:
    raters = (Rater("5f3c9a0b1e2d4c5b6a7f8e9d", {}),)
    extra = {"worker_id": raters[0].id, "timestamp": "2024-05-01T10:00:00Z", "weight": 2}
    answers = (Answer("i", raters[0].id, "label", "x", extra=extra), Answer("i", "", "label", "y"))
    item = Item("i", {"text": "t"}, {"other_info": {"annotators": [raters[0].id]}, "lang": "en"})

    export = export_of(
        import_dataset(community=CommunityFactory(), dataset=Dataset((item,), raters, answers), title="x")
    )
    read = unpacked(export, tmp_path / "out")

    everything = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert raters[0].id.encode() not in everything
    assert {(a.rater, a.value, a.extra.get("weight")) for a in read.answers} == {("p0001", "x", 2), ("", "y", None)}
    assert read.items[0].extra["lang"] == "en"
    assert "2024-05-01" not in str(read)
    assert len(read.raters) == 1


def test_the_command_lists_every_refused_row(shared_data: Path, tmp_path: Path, capsys: Any) -> None:
    from django.core.management import CommandError, call_command

    community = CommunityFactory()
    table = tmp_path / "ratings.csv"
    table.write_text("item,rater,value,text\n1,7,3,one\n1,,4,one\n1,8,DATA_EXPIRED,one\n2,7,5,two\n2,7,4,two\n")

    call_command("import_study", table, community=community.slug, format="csv")

    said = capsys.readouterr()
    assert said.out == "ratings: 2 items, 2 people, 2 answers, 3 rows refused\n"
    assert "Refused, row 3: no rater" in said.err
    assert "Refused, row 4: no value: 'DATA_EXPIRED'" in said.err
    assert "Refused, row 6: rater '7' answers item '2' again" in said.err
    with pytest.raises(CommandError, match="no column 'score'"):
        call_command("import_study", table, community=community.slug, format="csv", value=["score"])
