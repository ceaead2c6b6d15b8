"""Studies as material for aggregation: the arrays hold what people said, by text and not by place."""

import numpy as np
import pytest

from aggregation import sources
from annotation.models import Question
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import SCALE, answered, open_study

pytestmark = pytest.mark.django_db
QUESTIONS = (
    {"name": "better", "kind": Question.Kind.PAIRWISE, "text": "Which is better?"},
    {
        "name": "quality",
        "kind": Question.Kind.RATING,
        "text": "How good?",
        "settings": {**SCALE, "each_response": True},
    },
)


def test_a_study_gives_its_comparisons_and_ratings() -> None:
    study = open_study(questions=QUESTIONS, items=1)
    item = study.items.get()
    for chosen, first, second in (("a", 5, 2), ("b", 1, 4), ("tie", 3, 3)):
        strength = None if chosen == "tie" else 2
        answers = {
            "better": {"value": {"chosen": chosen, "strength": strength}, "flags": {}},
            "quality": {"value": {"a": {"helpful": first}, "b": {"helpful": second}}, "flags": {}},
        }
        answered(item, answers, order_shown={"responses": ["b", "a"]})
    answered(item, {"quality": {"value": None, "flags": {"underspecified": "Who asks?"}}})
    researcher = MemberFactory(community=study.community, researcher=True).user
    material = sources.find_material(researcher, "study", study.slug)
    assert material is not None
    assert [(one.key, one.shapes) for one in material.questions()] == [
        ("better", ("pairs",)),
        ("quality", ("ratings",)),
    ]
    pairs = material.pairs("better")
    assert pairs.items == (f"{item.name}:a", f"{item.name}:b")
    assert pairs.texts == ("Yes, take it.", "What matters most to you?")
    assert pairs.preferred_R.tolist() == [1, -1, 0]
    assert {(int(a), int(b)) for a, b in zip(pairs.a_R, pairs.b_R, strict=True)} == {(0, 1)}
    ratings = material.ratings("quality")
    assert len(ratings.people) == 4
    assert ratings.value_R[~ratings.refused_R].tolist() == [5, 2, 1, 4, 3, 3]
    assert ratings.refused_R.sum() == 1
    assert np.isnan(ratings.value_R[ratings.refused_R]).all()
    with pytest.raises(sources.NotGiven):
        material.ratings("better")


def test_reasons_stand_with_what_they_are_about() -> None:
    study = open_study(questions=QUESTIONS, items=2)
    first, second = study.items.order_by("number")
    for item, chosen, why in ((first, "a", "It is plain."), (first, "b", " "), (second, "b", "It asks first.")):
        answers = {
            "better": {"value": {"chosen": chosen, "strength": 1}, "why": why, "flags": {}},
            "quality": {"value": {"a": {"helpful": 4}, "b": {"helpful": 2}}, "why": "Both are fair.", "flags": {}},
        }
        answered(item, answers, order_shown={"responses": ["b", "a"]})
    researcher = MemberFactory(community=study.community, researcher=True).user
    material = sources.find_material(researcher, "study", study.slug)
    assert material is not None
    both = [f"{item.name}:{response}" for item in (first, second) for response in ("a", "b")]
    assert [(one.items, one.value, one.text) for one in material.reasons("better", both)] == [
        ((both[0], both[1]), 1.0, "It is plain."),
        ((both[2], both[3]), -1.0, "It asks first."),
    ]
    assert [one.text for one in material.reasons("better", both[:2])] == ["It is plain."]
    assert {(one.items, one.value) for one in material.reasons("quality", [both[1]])} == {((both[1],), 2.0)}
    assert material.reasons("better", []) == []


def test_only_who_runs_a_study_may_aggregate_it() -> None:
    study = open_study(items=1)
    participant = MemberFactory(community=study.community).user
    assert sources.find_material(participant, "study", study.slug) is None
    assert [one for one in sources.choices_for(participant) if one.kind == "study"] == []
