"""What models answered, as a file: samples become shares, probabilities are checked, every refused row is named."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from aggregation.forms.measures import DistributionForm
from aggregation.forms.reference import read_reference
from aggregation.sources import VOTES, Question

ANSWERS = [option.text for option in VOTES]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(ANSWERS)), min_size=1, max_size=40))
def test_samples_become_the_shares_they_are(rows):
    found = read_reference("item,answer\n" + "".join(f"{item},{answer}\n" for item, answer in rows), VOTES)
    for item, cells in found["The model"].items():
        mine = [answer.lower() for one, answer in rows if one == item]
        assert cells == pytest.approx({code: mine.count(code) / len(mine) for code in set(mine)})


def test_probabilities_and_models_in_json_lines():
    text = (
        '{"item": "1", "answer": "agree", "probability": 0.25, "model": "m"}\n\n'
        '{"item": "1", "answer": "Disagree", "probability": 0.75, "model": "m"}\n'
        '{"item": "1", "answer": "PASS", "probability": 1, "model": "n"}\n'
    )
    assert read_reference(text, VOTES) == {"m": {"1": {"agree": 0.25, "disagree": 0.75}}, "n": {"1": {"pass": 1.0}}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("item,vote\n1,agree\n", "first line should name columns"),
        ("item,answer\n1,perhaps\n", "Row 2: the answer “perhaps” should be among Agree, Pass, Disagree"),
        ("item,answer\n,agree\n", "Row 2: it has no item"),
        ("item,answer\n1\n", "Row 2: it should have 2 cells"),
        ("item,answer,probability\n1,agree,1.5\n", "Row 2: the probability “1.5”"),
        ("item,answer,probability\n1,agree,nan\n", "Row 2: the probability “nan”"),
        ("item,answer,probability\n1,agree,0.5\n", "add up to 0.500"),
        ("item,answer,probability\n1,agree,0.5\n1,agree,0.5\n", "Row 3: a probability"),
        ("item,answer,probability\n1,agree,1\n2,agree,\n", "either samples or probabilities"),
        ('{"item": 1, "answer": "agree"}\nno\n', "Row 2: it is no JSON object"),
        ("item,answer\n", "no row"),
        ("item,answer,model\n" + "".join(f"1,agree,m{n}\n" for n in range(11)), "11 models"),
    ],
)
def test_what_does_not_fit_is_named(text, reason):
    with pytest.raises(ValueError, match=reason):
        read_reference(text, VOTES)


def filled(file=None, **sent):
    question = Question("agreement", "Agreement", ("votes",))
    data = {"key": str(uuid.uuid4()), "seed": "0", **sent}
    return DistributionForm(data, {"reference_file": file} if file else None, groupings=[], question=question)


def test_the_form_takes_text_or_a_file():
    assert filled(reference="item,answer\n1,agree\n").is_valid()
    form = filled(SimpleUploadedFile("m.csv", b"item,answer\n1,agree\n1,pass\n"))
    assert form.is_valid(), form.errors
    assert form.parameters()["reference"] == {"The model": {"1": {"agree": 0.5, "pass": 0.5}}}
    plain = filled()
    assert plain.is_valid()
    assert "reference" not in plain.parameters()
    wrong = filled(SimpleUploadedFile("m.csv", b"\xff\xfe"))
    assert "not UTF-8" in str(wrong.errors["reference_file"])
    assert "either" in str(filled(SimpleUploadedFile("m.csv", b"item,answer\n"), reference="x").errors).lower()
