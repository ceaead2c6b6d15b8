"""Readers on what published files really hold: every refused row has its number and reason."""

import json
import re
from pathlib import Path

import pytest

from annotation.formats.csv_folder import read_csv_folder, write_csv_folder
from annotation.formats.dataset import FormatError
from annotation.formats.dices import read_dices
from annotation.formats.json_text import read_json
from annotation.formats.lewidi import read_lewidi
from annotation.formats.missing import missing_kind
from annotation.formats.pairs import judgements
from annotation.formats.prism import read_prism
from annotation.formats.table import Columns, guess_columns, read_table
from annotation.formats.trl import read_trl
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


def test_null_is_no_label_and_lists_of_labels_are_several(tmp_path: Path) -> None:
    listed = entry(annotators=["Ann1", "Ann2"], annotations=[0, None])
    found = read_lewidi(lewidi(tmp_path / "X.json", a=listed, b=entry(annotations={"Ann1": ["1", "0"], "Ann2": None})))

    assert sorted(found.triples()) == [("a", "Ann1", "label", "0"), ("b", "Ann1", "label", "0,1")]
    assert [refusal.row for refusal in found.refusals] == ["item a, rater Ann2", "item b, rater Ann2"]


def test_lewidi_items_may_stand_in_a_list_and_other_keys_are_answered_with_similar_ones(tmp_path: Path) -> None:
    listed = write(tmp_path / "list.json", json.dumps([{"id": 7, **entry()}, {"id": "b", **entry()}]))
    upper = {name.upper(): held for name, held in entry().items()}
    blanks = {f" {name} ": held for name, held in entry().items()}
    found = read_lewidi(lewidi(tmp_path / "keys.json", a=upper, b=blanks, c=entry(text="\ud83d")))

    assert [item.id for item in read_lewidi(listed).items] == ["7", "b"]
    assert [item.id for item in found.items] == ["b"]
    assert [refusal.reason for refusal in found.refusals] == [
        "not an item: it has no 'annotations'; did you mean 'ANNOTATIONS'?",
        "holds half of a character (U+D83D), which no file can store",
    ]
    with pytest.raises(FormatError, match="entry 1: an item in a list should have one of id"):
        read_lewidi(write(tmp_path / "bare.json", json.dumps([entry()])))


def test_trl_rows_are_refused_one_by_one(tmp_path: Path) -> None:
    pair = {"prompt": "p", "chosen": "c", "rejected": "r"}
    rows = [
        pair | {"margin": 2, "weight": 0.5},
        {"prompt": "p", "chosen": "c"},
        pair | {"chosen": 5},
        pair | {"rejected": [{"role": "assistant"}]},
        pair | {"strength": "strong"},
        pair | {"chosen": None},
    ]
    found = read_trl(write(tmp_path / "p.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))

    assert [(refusal.row, refusal.reason) for refusal in found.refusals] == [
        (2, "no rejected"),
        (3, "chosen should be a text or a list of turns, not '5'"),
        (4, "turn 1 of rejected should have a role and a content"),
        (5, "strength 'strong' is not a number"),
        (6, "no chosen"),
    ]
    assert [answer.extra for answer in found.answers] == [{"margin": 2, "weight": 0.5}]
    assert [judgement.weight for judgement in judgements(found)] == [0.5]


def test_trl_labels_and_verdicts_outside_the_form_are_refused(tmp_path: Path) -> None:
    labels = [{"prompt": "p", "completion": "c", "label": label} for label in (True, 0, "maybe", None)]
    unpaired = read_trl(write(tmp_path / "u.jsonl", "".join(json.dumps(row) + "\n" for row in labels)))
    ties = [{"prompt": "p", "response_a": "a", "response_b": "b", "verdict": one} for one in ("tie", "weird")]
    write(tmp_path / "t.jsonl", "")
    write(tmp_path / "t_undecided.jsonl", "".join(json.dumps(row) + "\n" for row in ties))
    undecided = read_trl(tmp_path / "t.jsonl")

    assert [answer.value for answer in unpaired.answers] == ["true", "false"]
    assert [refusal.reason for refusal in unpaired.refusals] == ["label 'maybe' is neither true nor false", "no label"]
    assert [answer.value for answer in undecided.answers] == ["tie"]
    assert undecided.refusals[0].reason == "verdict 'weird' is not one of a, b, tie, both_bad"
    with pytest.raises(FormatError, match="Did you mean 'Chosen'"):
        read_trl(write(tmp_path / "case.csv", "Prompt,Chosen,Rejected\np,c,r\n"))


def test_texts_and_turns_in_one_file_come_back_from_csv(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "p"}]
    rows = [
        {"prompt": "p", "chosen": "c", "rejected": "r"},
        {"prompt": turns, "chosen": turns, "rejected": [{"role": "assistant", "content": "r"}]},
    ]
    found = read_trl(write(tmp_path / "m.jsonl", "".join(json.dumps(row) + "\n" for row in rows)))
    write_csv_folder(found, tmp_path / "csv")

    assert [item.texts for item in read_csv_folder(tmp_path / "csv").items] == [item.texts for item in found.items]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("about.json", "[]", "about.json: a JSON object should stand here"),
        ("about.json", "{", "about.json, line 1"),
        ("items.csv", "a,b\n1,2\n", "items.csv: no column 'item_id'"),
        ("raters.csv", "rater_id\n1,2\n", "raters.csv, row 2: has 2 cells"),
        ("items.csv", "item_id,extra\n1,{x\n", "items.csv, row 2, column 'extra': '{x' is not JSON"),
    ],
)
def test_broken_folders_of_csv_name_file_and_row(tmp_path: Path, name: str, text: str, message: str) -> None:
    write_csv_folder(read_lewidi(lewidi(tmp_path / "X.json", a=entry())), tmp_path / "csv")
    write(tmp_path / "csv" / name, text)

    with pytest.raises(FormatError, match=re.escape(message)):
        read_csv_folder(tmp_path / "csv")


def test_prism_rows_of_the_wrong_kind_are_refused(tmp_path: Path) -> None:
    folder = write_prism_like(tmp_path / "prism")
    with (folder / "utterances.jsonl").open("a") as file:
        file.write(json.dumps({"utterance_id": "x", "user_id": "user0", "score": "high"}) + "\n")
    with (folder / "conversations.jsonl").open("a") as file:
        file.write(json.dumps({"conversation_id": "c9", "user_id": "user0", "performance_attributes": [1]}) + "\n")
    found = read_prism(folder)

    assert [(refusal.row, refusal.reason) for refusal in found.refusals][1:] == [
        ("utterances row 5", "score 'high' is not a number"),
        ("conversations row 2", "performance_attributes should be an object, not '[1]'"),
    ]
