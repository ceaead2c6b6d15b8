"""Readers on what published files really hold: every refused row has its number and reason."""

import json
from pathlib import Path

import pytest

from annotation.formats.dataset import FormatError
from annotation.formats.dices import read_dices
from annotation.formats.json_text import read_json
from annotation.formats.lewidi import read_lewidi
from annotation.formats.missing import missing_kind
from annotation.formats.prism import read_prism
from annotation.formats.table import Columns, guess_columns, read_table
from tests.annotation.formats.datasets import write_dices_like, write_prism_like

MAPPING = Columns("item", "user", ("score",), ("text",), ("age",))


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def entry(**changes: object) -> dict[str, object]:
    base = {"text": "t", "annotators": "Ann1,Ann2", "annotations": "0,1", "number of annotations": 2, "split": "train"}
    return {**base, "lang": "en", "soft_label": {"0.0": 0.5, "1.0": 0.5}, "other_info": {}, **changes}


def lewidi(path: Path, **items: dict[str, object]) -> Path:
    return write(path, json.dumps(items))


def test_a_table_lists_every_refused_row(tmp_path: Path) -> None:
    source = write(
        tmp_path / "dirty.csv",
        "\ufeffitem,user,score,text,age\n"
        "1.0,0.0,3.0,one,54-59\n"
        "1,,4,one,\n"
        "1,0,4,one,54-59\n"
        "2,5,DATA_EXPIRED,two,>65\n"
        "2,5,2,another text,>65\n"
        ",5,2,two,>65\n"
        "2,5,2,two\n"
        '2,6,4,two,"50-54"\n'
        "3,6,1,three,55-59\n",
    )
    found = read_table(source, MAPPING)

    assert [(refusal.row, refusal.reason) for refusal in found.refusals] == [
        (3, "no user"),
        (4, "rater '0' answers item '1' again with '4'; the first answer, '3' in row 2, counts"),
        (5, "no score: 'DATA_EXPIRED'"),
        (6, "item '2' has another text than in row 5"),
        (7, "no item"),
        (8, "has 4 cells; the header has 5"),
    ]
    assert sorted(found.triples()) == [("1", "0", "score", "3"), ("2", "6", "score", "4"), ("3", "6", "score", "1")]
    assert found.answers[-1].extra == {"age": "55-59"}
    assert found.notes == ("rater '6' answers age differently in different rows",)


def test_a_wrong_column_name_is_answered_with_a_similar_one(tmp_path: Path) -> None:
    source = write(tmp_path / "a.csv", "item_id,user_id,rating\n1,2,3\n")

    with pytest.raises(FormatError, match=r"no column 'userid'.*Did you mean 'user_id'\?"):
        read_table(source, Columns("item_id", "userid", ("rating",)))


def test_usual_names_are_guessed() -> None:
    found = guess_columns(["instance_id", "user_id", "text", "offensiveness", "rating", "gender", "age", "split"])

    assert (found.item, found.rater, found.values) == ("instance_id", "user_id", ("rating",))
    assert (found.texts, found.demographics) == (("text",), ("gender", "age"))


def test_json_lines_and_parquet_keep_row_numbers(tmp_path: Path) -> None:
    source = write(
        tmp_path / "a.jsonl", '{"item": 1, "user": 2, "score": 3.0}\n\n{"item": 1, "user": null, "score": 1}\n'
    )

    found = read_table(source, Columns("item", "user", ("score",)))

    assert list(found.triples()) == [("1", "2", "score", "3")]
    assert [(refusal.row, refusal.reason) for refusal in found.refusals] == [(3, "no user")]


def test_lewidi_refuses_what_cannot_be_told_apart(tmp_path: Path) -> None:
    source = lewidi(
        tmp_path / "X_train.json",
        a=entry(annotations="0,1,1"),
        b=entry(annotators="Ann1,Ann1"),
        c=entry(annotations="0,"),
        d=entry(annotations={"Ann1": "1"}),
        e={"text": "no annotations"},
        f=entry(),
    )
    found = read_lewidi(source)

    assert [(refusal.row, refusal.reason) for refusal in found.refusals] == [
        ("item a", "2 annotators have 3 annotations: nobody can tell whose is whose"),
        ("item b, rater Ann1", "rater Ann1 already answered '0'; this second answer is '1'"),
        ("item c, rater Ann2", "no label (not asked)"),
        ("item d, rater Ann2", "listed as annotator without an annotation"),
        ("item e", "not an item: it has no 'annotations'"),
    ]
    assert found.labels("label") == ["0", "1"]
    assert len(found.answers) == 5


@pytest.mark.parametrize("key", ["annotators group", "annotator_group", "Annotators Groups"])
def test_groups_beside_the_answers_are_found_however_they_are_spelt(tmp_path: Path, key: str) -> None:
    other = {key: "Target,Control", "other annotations": {"offensive": "1,0"}, "explanations": ["because", "since"]}
    found = read_lewidi(lewidi(tmp_path / "X.json", a=entry(other_info=other)))

    assert [answer.extra for answer in found.answers] == [
        {"group": "Target", "offensive": "1"},
        {"group": "Control", "offensive": "0"},
    ]
    assert [answer.why for answer in found.answers] == [("because",), ("since",)]


def test_explanations_follow_two_labels_of_one_rater(shared_data: Path) -> None:
    found = read_lewidi(shared_data / "annotation/lewidi/VariErrNLI_dev.json")

    both = [answer for answer in found.answers if "," in answer.value]
    assert len(both) == 6
    assert {len(answer.why) for answer in both} == {2}
    assert found.labels("label") == ["contradiction", "entailment", "neutral"]


def test_metadata_with_trailing_commas_and_ids_without_prefix(shared_data: Path) -> None:
    paraphrase = read_lewidi(shared_data / "annotation/lewidi/Paraphrase_dev.json")
    multipico = read_lewidi(shared_data / "annotation/lewidi/MP_dev.json")

    assert paraphrase.raters[2].demographics["Nationality"] == "German"
    assert len(multipico.raters) == 506
    assert multipico.raters[0].demographics["Age"] == "19"
    kinds = [missing_kind(rater.demographics["Gender"]) for rater in multipico.raters]
    assert (kinds.count("expired"), kinds.count("declined"), kinds.count("not asked")) == (1, 1, 0)


def test_keys_given_twice_are_named(tmp_path: Path) -> None:
    source = write(tmp_path / "twice.json", '{"a": 1, "b": {"c": 1, "c": 2,},}')

    assert read_json(source) == ({"a": 1, "b": {"c": 2}}, ["c"])
    with pytest.raises(FormatError, match="line 1, column 2"):
        read_json(write(tmp_path / "bad.json", "{a: 1}"))


def test_dices_keeps_blank_answers_apart_from_refused_rows(tmp_path: Path) -> None:
    found = read_dices(write_dices_like(tmp_path / "dices.csv"))

    assert found.questions() == ["Q1_whole_conversation_evaluation", "Q2_harmful_content_overall", "Q_overall"]
    assert len(found.answers) == 11
    assert [refusal.row for refusal in found.refusals] == [6, 6, 6]
    assert found.notes == ("rows without Q2_harmful_content_overall",)
    assert found.items[0].texts == {"context": "User: question 7", "response": "=I think so"}
    assert found.items[0].extra == {"harm_type": "legal"}


def test_prism_keeps_the_survey_flat_and_refuses_a_response_without_score(tmp_path: Path) -> None:
    found = read_prism(write_prism_like(tmp_path / "prism"))

    assert found.raters[0].demographics["ethnicity.self_described"] == "white"
    assert [(refusal.row, refusal.reason) for refusal in found.refusals] == [("utterances row 4", "no value")]
    assert found.questions() == ["score", "performance_attributes.fluency", "open_feedback"]
