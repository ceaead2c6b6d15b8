"""Pairwise judgements: each kept by itself, ties beside, forms as TRL takes them."""

import json
from collections import Counter
from pathlib import Path

import pytest
from datasets import Dataset as Rows
from trl.data_utils import is_conversational, maybe_extract_prompt

from annotation.formats.dataset import Answer, Dataset, FormatError, Item, Rater
from annotation.formats.pairs import preferences_from_scores
from annotation.formats.squality import read_squality
from annotation.formats.trl import read_trl
from annotation.formats.trl_write import write_trl

PAIR = {"prompt": "Is it right to lie?", "response_a": "Never.", "response_b": "It depends."}


def study() -> Dataset:
    """Three people on one pair: one for each side and one tie with a flag."""
    answers = (
        Answer("i", "ann", "preference", "b", ("it is honest",), (), {"strength": 2}),
        Answer("i", "bo", "preference", "a", (), (), {"strength": 1}),
        Answer("i", "cy", "preference", "tie", (), ("values conflict",)),
        Answer("i", "cy", "helpful", "4"),
    )
    return Dataset((Item("i", PAIR),), tuple(Rater(name, {}) for name in ("ann", "bo", "cy")), answers)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_judgement_is_a_row_and_ties_stand_beside_with_their_flags(tmp_path: Path) -> None:
    written = write_trl(study(), tmp_path, weights={"ann": 0.5})

    rows, side = lines(tmp_path / "preferences.jsonl"), lines(tmp_path / "preferences_undecided.jsonl")
    assert [(row["rater_id"], row["chosen"], row["weight"], row["strength"]) for row in rows] == [
        ("ann", "It depends.", 0.5, 2),
        ("bo", "Never.", 1.0, 1),
    ]
    assert [(row["rater_id"], row["verdict"], row["flags"]) for row in side] == [("cy", "tie", ["values conflict"])]
    assert (written.preferences, written.undecided, written.other_answers) == (2, {"tie": 1}, 1)
    card = (tmp_path / "README.md").read_text()
    assert "2 rows by 3 named raters" in card
    assert "1 judgements without a winner: tie" in card


@pytest.mark.parametrize("form", ["explicit", "implicit", "conversational"])
def test_a_folder_with_its_side_file_comes_back_whole(tmp_path: Path, form: str) -> None:
    write_trl(study(), tmp_path, form=form)

    again = read_trl(tmp_path)

    kept = {(a.rater, a.value, a.flags, a.why) for a in study().answers if a.question == "preference"}
    assert {(a.rater, a.value, a.flags, a.why) for a in again.answers} == kept


def test_trl_takes_the_forms_for_what_they_are(tmp_path: Path) -> None:
    for form in ("explicit", "implicit", "conversational"):
        write_trl(study(), tmp_path / form, form=form)
    explicit, implicit, turns = (
        lines(tmp_path / form / "preferences.jsonl")[0] for form in ("explicit", "implicit", "conversational")
    )

    assert not is_conversational(explicit)
    assert is_conversational(turns)
    assert maybe_extract_prompt(implicit)["chosen"].endswith("It depends.")
    assert turns["chosen"] == [{"role": "assistant", "content": "It depends."}]
    assert {"prompt", "chosen", "rejected"} <= set(Rows.from_list([explicit]).column_names)


def test_a_transcript_becomes_turns(tmp_path: Path) -> None:
    texts = {**PAIR, "prompt": "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: May I lie?\n\nAssistant:"}
    write_trl(Dataset((Item("i", texts),), (), study().answers[:1]), tmp_path, form="conversational")

    assert lines(tmp_path / "preferences.jsonl")[0]["prompt"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "May I lie?"},
    ]


def test_unpaired_answers_become_completions(tmp_path: Path) -> None:
    items = (Item("i", {"prompt": "p", "response": "r"}),)
    source = Dataset(items, (), (Answer("i", "ann", "acceptable", "true"), Answer("i", "bo", "acceptable", "false")))
    write_trl(source, tmp_path, form="unpaired")

    rows = lines(tmp_path / "completions.jsonl")
    assert [(row["prompt"], row["completion"], row["label"]) for row in rows] == [("p", "r", True), ("p", "r", False)]
    assert read_trl(tmp_path / "completions.jsonl").triples() == source.triples()


def test_nothing_pairwise_is_refused(tmp_path: Path) -> None:
    source = Dataset((Item("i", {"text": "t"}),), (), (Answer("i", "ann", "helpful", "4"),))

    with pytest.raises(FormatError, match="no pairwise answer; the questions are helpful"):
        write_trl(source, tmp_path)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [(("human", "bart"), (298, 0, 2)), (("human", "bart-dpr"), (294, 0, 6)), (("bart-dpr", "bart"), (189, 0, 111))],
)
def test_ranks_of_one_reviewer_become_pairs(
    shared_data: Path, pair: tuple[str, str], expected: tuple[int, ...]
) -> None:
    source = read_squality(shared_data / "annotation/squality/all-responses.jsonl")
    found = [
        one
        for one in preferences_from_scores(source, "overall-rank", better="low")
        if {part.rsplit("/", 1)[1] for part in one.item.split(" | ")} == set(pair)
    ]
    first_is_a = [one.item.split(" | ")[0].endswith(f"/{pair[0]}") for one in found]
    counts = Counter(one.verdict for one in found)
    wins = sum(one.verdict == ("a" if first else "b") for one, first in zip(found, first_is_a, strict=True))

    assert (wins, counts["tie"], len(found) - wins - counts["tie"]) == expected
    assert len(found) == 300
    by_question: dict[str, set[str]] = {}
    for one in found:
        by_question.setdefault(one.item, set()).add(one.verdict)
    split = sum(len(verdicts) > 1 for verdicts in by_question.values())
    assert split == {298: 2, 294: 6, 189: 50}[expected[0]]
