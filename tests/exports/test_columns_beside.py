"""What stands beside answers leaves with them and comes back; a person decides where it may tell too much."""

import json
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Role
from annotation.actions.imports import import_dataset
from annotation.formats.dataset import Answer, Dataset, FormatError, Item, Rater
from annotation.formats.huggingface import read_folder
from annotation.formats.lewidi import read_lewidi
from annotation.formats.trl import read_trl
from annotation.models import ResponseEvent
from exports.actions import scan_texts, start_export
from exports.models import Export
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import CommunityFactory, MemberFactory
from tests.progress import Watched

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def unpacked(export: Export, folder: Path) -> Path:
    with default_storage.open(export.stored_as) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def rows_of(dataset: Dataset) -> Counter[str]:
    """Every answer with all that stands beside it, without the names of people."""
    return Counter(
        json.dumps([a.item, a.question, a.value, a.why, a.flags, sorted(a.extra.items())]) for a in dataset.answers
    )


def study_of_every_kind() -> Any:
    options = [{"code": "care", "text": "Care"}, {"code": "candour", "text": "Candour"}]
    safety = {"options": [{"code": "safe"}, {"code": "unsafe"}], "harms": [{"code": "health"}]}
    more = (
        {"name": "order", "kind": "ranking", "settings": {"ties": True}},
        {"name": "values", "kind": "categories", "settings": {"options": options, "multiple": True}},
        {"name": "safe", "kind": "safety", "settings": safety},
        {"name": "marks", "kind": "spans", "settings": {"options": options}},
    )
    study = make_study(more=more)
    described = {
        "domain": "healthcare", "is_conflict_case": True, "tensions": ["care", "candour"],
        "is_synthetic": True, "validated_by": 3,
        "provenance": {"source": "made here", "sampling": {"temperature": 0.7}},
    }  # fmt: skip
    item = add_item(study, "lie", **described)
    marks = [
        {"in": "r1", "start": 0, "end": 5, "label": "candour", "comment": "blunt"},
        {"in": "r1", "start": 2, "end": 5, "label": "care", "comment": ""},
        {"in": "turn-1", "start": 0, "end": 2, "label": "care", "comment": "a start"},
    ]
    for number, member in enumerate(people_of(study.community, "yyoo")):
        chosen = {"chosen": "r1", "strength": 2} if number % 2 else {"chosen": "tie", "strength": None}
        given = {
            "better": {
                "value": chosen,
                "why": "So.",
                "confidence": 4,
                "flags": {"values_conflict": "care and candour"},
            },
            "rating": {"value": {"r1": {"helpful": 1 + number}, "r2": {"helpful": 2}}, "confidence": 2},
            "words": {"value": f"Number {number}", "why": "", "flags": {"did_not_understand": ""}},
            "order": {"value": [["r1"], ["r2"]] if number else [["r1", "r2"]]},
            "values": {"value": ["care", "candour"] if number else ["care"]},
            "safe": {"value": {"label": "unsafe", "harms": ["health"]} if number else {"label": "safe", "harms": []}},
            "marks": {"value": marks[: 1 + number]},
        }
        answer(item, member, given, ("r1", "r2") if number % 2 else ("r2", "r1"))
    return study


def test_a_study_of_every_kind_comes_back_as_it_left(tmp_path: Path) -> None:
    left = read_folder(unpacked(built(study_of_every_kind()), tmp_path / "first"))

    again = import_dataset(community=CommunityFactory(), dataset=left, title="again")
    back = read_folder(unpacked(built(again), tmp_path / "second"))

    assert sum(rows_of(left).values()) == 4 + 8 + 4 + 8 + 4 + 4 + 3 + (1 + 2 + 3 + 3)
    assert rows_of(back) == rows_of(left)
    assert [(item.id, dict(item.texts)) for item in back.items] == [(item.id, dict(item.texts)) for item in left.items]
    assert left.items[0].extra["sampling"] == back.items[0].extra["sampling"] == {"temperature": 0.7}
    assert left.items[0].extra["source"] == back.items[0].extra["source"] == "made here"
    assert left.items[0].extra["models"] == back.items[0].extra["models"] == {"a": "m1", "b": "m2"}
    assert back.items[0].extra["tensions"] == ["care", "candour"]
    assert (back.items[0].extra["domain"], back.items[0].extra["synthetic"]) == ("healthcare", True)
    assert Counter(r.demographics["age"] for r in back.raters) == Counter(r.demographics["age"] for r in left.raters)


def table(extra: dict[str, Any], of_item: dict[str, Any] | None = None) -> Dataset:
    raters = (Rater("w-100001", {"age": "18-29"}), Rater("w-100002", {"age": "18-29"}))
    answers = tuple(Answer("i", r.id, "label", v, extra=extra) for r, v in zip(raters, ("x", "y"), strict=True))
    return Dataset((Item("i", {"text": "t"}, of_item or {}), Item("j", {"text": "u"})), raters, answers)


def test_columns_that_may_tell_who_or_when_stay_unless_a_person_lets_them_go(tmp_path: Path) -> None:
    extra = {"phase": "Phase2", "answer_time_ms": "8100", "worker": "w-100001", "submitted_at": "2024-05-01T10:00:00"}
    study = import_dataset(community=CommunityFactory(), dataset=table(extra), title="columns")
    researcher = MemberFactory(community=study.community, roles=[Role.RESEARCHER])
    client = Client()
    client.force_login(researcher.user)

    first = read_folder(unpacked(built(study), tmp_path / "first"))
    export = start_export(of=study, format="bundle", requested_by=researcher)
    scan_texts(Watched(), export=str(export.pk))
    export.refresh_from_db()
    page = client.get(f"/exports/{export.pk}/texts/").content.decode()
    sent = {"key": str(uuid4()), "columns": "shown", "column": ["answers:submitted_at", "answers:unknown"]}
    client.post(f"/exports/{export.pk}/texts/", sent)
    export.refresh_from_db()

    assert {frozenset(a.extra) for a in first.answers} == {frozenset({"phase", "answer_time_ms", "seconds"})}
    assert {one["name"]: one["why"] for one in export.beside if one["why"]} == {
        "submitted_at": "may tell exactly when", "worker": "may tell who answered",
    }  # fmt: skip
    assert "8100" in page
    assert [one["name"] for one in export.beside if one["kept"]] == ["submitted_at"]


def test_the_manifest_names_the_columns_that_left_and_those_held_back() -> None:
    study = import_dataset(community=CommunityFactory(), dataset=table({"phase": "1", "worker": "a"}), title="columns")

    manifest = built(study).manifest

    assert manifest["columns_beside"] == {"included": ["answers: phase"], "held_back": ["answers: worker"]}


def test_what_is_told_of_an_item_is_nested_as_it_was(tmp_path: Path) -> None:
    told = {
        "lang": "en", "split": "dev",
        "other_info": {"level": 1.0, "tags": ["a", "b", "c"], "groups": ["g1", "g2"], "w-100001": "left"},
    }  # fmt: skip
    study = import_dataset(community=CommunityFactory(), dataset=table({}, told), title="items")

    read = read_folder(unpacked(built(study), tmp_path / "out"))

    # One entry for each of the two people, and a key that is one of them, do not stand with the item.
    assert read.items[0].extra["other_info"] == {"level": 1.0, "tags": ["a", "b", "c"]}
    assert (read.items[0].extra["lang"], read.items[0].extra["split"]) == ("en", "dev")


def test_what_was_answered_before_a_change_is_told_but_own_words_taken_back_are_not(tmp_path: Path) -> None:
    study = make_study()
    item = add_item(study, "lie")
    members = people_of(study.community, "yy")
    one = {"better": {"value": {"chosen": "r2", "strength": 1}}, "words": {"value": "Something rash"}}
    two = {"better": {"value": {"chosen": "r1", "strength": 1}}, "words": {"value": "Something calm"}}
    changed = answer(item, members[0], two)
    answer(item, members[1], two)
    for kind, answers in (("given", one), ("changed", two)):
        ResponseEvent.objects.create(response=changed, kind=kind, answers=answers)
    changed.changed_at = changed.created_at + timedelta(minutes=1)
    changed.save()

    folder = unpacked(built(study), tmp_path / "out")
    read = read_folder(folder)

    earlier = [answer.extra.get("earlier") for answer in read.answers if answer.question == "better"]
    assert sorted(earlier, key=str) == [None, ["b"]]
    assert b"rash" not in b"".join(path.read_bytes() for path in folder.rglob("*.parquet"))


def test_lewidi_and_trl_hold_what_stood_beside_each_answer(tmp_path: Path) -> None:
    study = make_study()
    item = add_item(study, "lie")
    members = people_of(study.community, "yyoo")
    for number, member in enumerate(members):
        value = {"chosen": "r1" if number else "r2", "strength": 1}
        why = "Because." if number == 1 else ""
        flags = {"it_depends": "the friend"} if number == 2 else {}
        answer(item, member, {"better": {"value": value, "why": why, "flags": flags, "confidence": 3}})

    lewidi = unpacked(built(study, format="lewidi", options={"question": "better"}), tmp_path / "lewidi")
    trl = unpacked(built(study, format="trl", options={"form": "explicit"}), tmp_path / "trl")
    (of_lewidi,) = (read_lewidi(path) for path in lewidi.glob("*_all.json"))
    of_trl = read_trl(trl)

    for read in (of_lewidi, of_trl):
        assert Counter(a.value for a in read.answers) == Counter({"a": 3, "b": 1})
        assert [a.why for a in read.answers if a.why] == [("Because.",)]
        assert [a.flags for a in read.answers if a.flags] == [("it depends: the friend",)]
        assert {(a.extra["seconds"], a.extra["confidence"]) for a in read.answers} == {(12, 3)}
        assert {tuple(a.extra["order_shown"]) for a in read.answers} == {("b", "a")}
        ages = Counter(rater.demographics["age"] for rater in read.raters)
        assert ages == Counter({"18 to 29": 2, "50 or more": 2})


def test_a_flag_instead_of_a_choice_stands_beside_the_ties(tmp_path: Path) -> None:
    study = make_study()
    item = add_item(study, "lie")
    members = people_of(study.community, "yyy")
    conflict = {"value": None, "why": "Both matter.", "flags": {"values_conflict": "care and candour"}}
    answer(item, members[0], {"better": {"value": {"chosen": "r1", "strength": 1}}})
    answer(item, members[1], {"better": {"value": {"chosen": "tie", "strength": None}}})
    answer(item, members[2], {"better": conflict, "words": {"value": None, "flags": {"it_depends": ""}}})

    export = built(study, format="trl", options={"form": "explicit"})
    folder = unpacked(export, tmp_path / "trl")
    beside = [json.loads(line) for line in (folder / "preferences_undecided.jsonl").open()]
    read = read_trl(folder)

    assert export.manifest["rows"] == {"preferences": 1, "tie": 1, "none": 1, "people": 3}
    assert {(one["verdict"], tuple(one["flags"]), tuple(one["why"])) for one in beside} == {
        ("tie", (), ()), ("none", ("values conflict: care and candour",), ("Both matter.",)),
    }  # fmt: skip
    assert Counter(a.value for a in read.answers) == Counter({"a": 1, "tie": 1, "": 1})


def test_the_same_answer_twice_is_refused_and_not_dropped() -> None:
    rater = Rater("r", {})
    dataset = Dataset((Item("i", {"text": "t"}),), (rater,), (Answer("i", "r", "q", "x"), Answer("i", "r", "q", "y")))

    with pytest.raises(FormatError, match="answers 'q' of item 'i' twice"):
        import_dataset(community=CommunityFactory(), dataset=dataset, title="twice")
