"""Building an export: every answer is there with who gave it, and nothing that must stay here leaves."""

import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import Consent, Role
from annotation.formats.huggingface import read_folder
from exports.models import Export, ReleasedPerson
from tests.exports.studies import add_item, answer, built, make_study, people_of
from tests.factories.accounts import CommunityFactory, ConsentFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_storage(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]  # pytest-django's settings


def unpacked(export: Export, folder: Path) -> Path:
    """The archive's files."""
    with default_storage.open(export.stored_as) as file, zipfile.ZipFile(file) as archive:
        archive.extractall(folder)
    return folder


def divided_study() -> tuple[object, list[object]]:
    """Three people on one pair: one for each side, and one who says that values conflict."""
    study = make_study()
    item = add_item(study, "lie")
    people = people_of(study.community, "yyo")
    answer(item, people[0], {"better": {"value": {"chosen": "r1", "strength": 2}, "why": "Friends deserve the truth."}})
    answer(item, people[1], {"better": {"value": {"chosen": "r2", "strength": 1}, "confidence": 3}}, ("r1", "r2"))
    flags = {"values_conflict": "honesty and kindness", "it_depends": ""}
    answer(item, people[2], {"better": {"value": {"chosen": "tie", "strength": None}, "flags": flags}})
    return study, people


def test_every_answer_is_kept_with_its_group_its_order_and_its_reason(tmp_path: Path) -> None:
    study, people = divided_study()

    export = built(study, k=1)
    read = read_folder(unpacked(export, tmp_path / "out"))

    names = {one.member_id: one.pseudonym for one in ReleasedPerson.objects.filter(export=export)}
    said = {one.rater: one for one in read.answers}
    first, second, third = (said[names[member.pk]] for member in people)
    assert [one.value for one in (first, second, third)] == ["a", "b", "tie"]
    assert first.why == ("Friends deserve the truth.",)
    assert first.extra == {"order_shown": ["b", "a"], "seconds": 12, "strength": 2}
    assert second.extra == {"order_shown": ["a", "b"], "seconds": 12, "confidence": 3, "strength": 1}
    assert third.flags == ("values conflict: honesty and kindness", "it depends")
    assert {rater.id: rater.demographics for rater in read.raters}[third.rater] == {"age": "50 or more"}
    assert read.items[0].texts == {
        "prompt": "Is it right to lie to a friend?", "response_a": "Never.", "response_b": "It depends.",
    }  # fmt: skip
    assert read.items[0].extra["models"] == {"a": "m1", "b": "m2"}
    assert export.manifest["rows"]["preferences_trl"] == 2
    assert export.manifest["rows"]["preferences_undecided"] == 1


def test_pseudonyms_are_new_for_each_export() -> None:
    study = make_study()
    item = add_item(study, "lie")
    people = people_of(study.community, "y" * 12)
    for member in people:
        answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}}})

    first, second = (dict(built(study).people.values_list("member_id", "pseudonym")) for _ in range(2))

    assert set(first) == set(second) == {member.pk for member in people}
    assert first != second


def test_who_must_not_be_in_it_is_not_and_the_manifest_says_why(tmp_path: Path) -> None:
    study = make_study(validations_wanted=2)
    item = add_item(study, "lie")
    synthetic = add_item(study, "made up", is_synthetic=True, is_conflict_case=True, validated_by=1)
    training = add_item(study, "training", kind="training")
    stays, banned, withdrawn, discarded = people_of(study.community, "yyyy")
    for member in (stays, banned, withdrawn, discarded):
        given = answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}}})
    given.state = "discarded"
    given.save()
    answer(synthetic, stays, {"better": {"value": {"chosen": "r1", "strength": 1}}})
    answer(training, stays, {"better": {"value": {"chosen": "r1", "strength": 1}}})
    banned.banned_at = timezone.now()
    banned.save()
    consent = ConsentFactory(member=withdrawn)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now())

    export = built(study, k=1)
    read = read_folder(unpacked(export, tmp_path / "out"))

    assert [one.member_id for one in export.people.all()] == [stays.pk]
    assert [one.item for one in read.answers] == ["lie"]
    assert [one.id for one in read.items] == ["lie"]
    left_out = export.manifest["left_out"]
    assert left_out["answers to training items and attention checks"] == 1
    assert left_out["answers that were discarded"] == 1
    assert left_out["answers of people who are banned, excluded or took back their consent"] == 2
    assert left_out["synthetic items that too few people have validated"] == 1
    assert left_out["answers to these synthetic items"] == 1


def test_people_who_stand_out_are_held_back_and_kinds_of_missing_stay_apart(tmp_path: Path) -> None:
    study = make_study()
    item = add_item(study, "lie")
    for member in people_of(study.community, "yyyooodddun" + "o"):
        answer(item, member, {"better": {"value": {"chosen": "r1", "strength": 1}}})

    export = built(study, k=3)
    read = read_folder(unpacked(export, tmp_path / "out"))

    ages = sorted(rater.demographics["age"] for rater in read.raters)
    # The one who was not asked would stand out, and so would a single blank: the next smallest group goes with it.
    assert ages == ["50 or more"] * 4 + ["Prefer not to say"] * 4 + ["held back"] * 4
    assert len(read.answers) == 12
    assert export.manifest["left_out"]["people whose description is held back"] == 4
    assert export.manifest["left_out"]["answers about people that were not given for release"] == 1
    assert export.manifest["privacy"]["people_after"]["below_k"] == 0


def test_personal_data_in_texts_is_taken_out_unless_somebody_keeps_it(tmp_path: Path) -> None:
    study = make_study()
    content = {"texts": [{"name": "text", "text": "Contact help@example.org for help"}], "responses": PAIR_RESPONSES}
    item = add_item(study, "lie", content)
    (person,) = people_of(study.community, "y")
    mine, flags = "Ask me at ann@example.org", {"it_depends": "call +1 555 010 9999"}
    answer(item, person, {
        "better": {"value": {"chosen": "r1", "strength": 1}, "why": mine, "flags": flags},
        "words": {"value": "My name is Ann Lee"},
    })  # fmt: skip
    from exports.actions import choose_privacy, decide_texts, request_export, scan_texts, start_export
    from exports.actions.building import build_export
    from exports.privacy import Choices
    from tests.progress import Watched

    export = start_export(of=study, format="bundle")
    scan_texts(Watched(), export=str(export.pk))
    found = {(one.place, one.kind, one.text): one.pk for one in export.findings.all()}
    assert set(found) == {
        ("items", "mail address", "help@example.org"),
        ("answers", "mail address", "ann@example.org"),
        ("answers", "telephone number", "+1 555 010 9999"),
        ("answers", "name", "Ann Lee"),
    }
    kept = [found["items", "mail address", "help@example.org"]]
    decide_texts(export=export, kept=kept, listed=list(found.values()), done=True)
    choose_privacy(export=export, choices=Choices(k=1), by=None)
    request_export(export=export, requested_by=None)
    build_export(Watched(), export=str(export.pk))
    export.refresh_from_db()
    everything = b"".join(path.read_bytes() for path in unpacked(export, tmp_path / "out").rglob("*.parquet"))
    read = read_folder(tmp_path / "out")

    assert read.items[0].texts["text"] == "Contact help@example.org for help"
    assert {one.value for one in read.answers} == {"a", "My name is [name]"}
    assert read.answers[0].why == ("Ask me at [mail address]",)
    assert read.answers[0].flags == ("it depends: call [telephone number]",)
    assert person.pseudonym.encode() not in everything
    assert "age" not in {column for rater in read.raters for column in rater.demographics}


PAIR_RESPONSES = [{"id": "r1", "text": "Never."}, {"id": "r2", "text": "It depends."}]


def test_ratings_of_each_response_name_what_they_are_about(tmp_path: Path) -> None:
    study = make_study()
    item = add_item(study, "lie")
    (person,) = people_of(study.community, "y")
    answer(item, person, {"rating": {"value": {"r1": {"helpful": 4}, "r2": {"helpful": 2}}}})

    bundle = read_folder(unpacked(built(study, k=1), tmp_path / "bundle"))
    trl = built(study, k=1, format="trl", options={"question": "rating"})
    rows = [json.loads(line) for line in (unpacked(trl, tmp_path / "trl") / "preferences.jsonl").open()]

    assert [(one.question, one.extra["target"], one.value) for one in bundle.answers] == [
        ("rating", "a", "4"),
        ("rating", "b", "2"),
    ]
    assert [(row["chosen"], row["rejected"], row["strength"]) for row in rows] == [("Never.", "It depends.", 2.0)]


def test_the_hash_is_that_of_the_archive_and_of_every_file(tmp_path: Path) -> None:
    import hashlib

    study, _ = divided_study()
    export = built(study, k=1)

    with default_storage.open(export.stored_as) as file:
        data = file.read()
    assert hashlib.sha256(data).hexdigest() == export.sha256
    assert len(data) == export.size
    folder = unpacked(export, tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest == export.manifest
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def test_a_second_run_changes_nothing() -> None:
    from exports.actions.building import build_export
    from tests.progress import Watched

    study, _ = divided_study()
    export = built(study, k=1)
    before = Export.objects.filter(pk=export.pk).values().get(), list(export.people.values())

    build_export(Watched(), export=str(export.pk))

    assert (Export.objects.filter(pk=export.pk).values().get(), list(export.people.values())) == before


def test_a_built_export_is_proposed_for_release_and_nobody_else_may_have_it() -> None:
    from exports.releasing import verdict_on

    study, people = divided_study()
    community = study.community
    asker = MemberFactory(community=community, roles=[Role.RESEARCHER])
    steward = MemberFactory(community=community, roles=[Role.STEWARD])
    other = MemberFactory(community=community, roles=[Role.RESEARCHER])
    stranger = MemberFactory(community=CommunityFactory(), roles=[Role.ADMIN])

    export = built(study, k=1, requested_by=asker)

    allowed = [verdict_on(member.user, export).allowed for member in (asker, steward, other, people[0], stranger)]
    assert allowed == [True, True, False, False, False]
