"""Items on a page: nothing harmful, the right order, every field named."""

from hypothesis import given
from hypothesis import strategies as st

from annotation.kinds import texts_of
from annotation.models import Item, Question
from annotation.ordering import rotated
from annotation.presentation import shown_questions, shown_task
from tests.factories.annotation import PAIR, SCALE


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=6, unique=True), st.integers(0, 2**40))
def test_each_name_stands_in_each_place_once_in_a_round(names: list[str], seed: int) -> None:
    rounds = [rotated(names, turn=turn, seed=seed) for turn in range(len(names))]
    assert all(sorted(place) == sorted(names) for place in zip(*rounds, strict=True))


def test_letters_follow_the_order_shown_and_values_name_the_texts() -> None:
    question = Question(name="better", kind="pairwise", text="Which?")
    task = shown_task(Item(content=PAIR), [question], order={"responses": ["b", "a"]})
    assert [(shown.id, shown.title) for shown in task.responses] == [("b", "Response A"), ("a", "Response B")]
    (asked,) = shown_questions([question], texts_of(PAIR), order={"responses": ["b", "a"]})
    choices = asked.groups[0].choices
    assert [(choice.value, choice.text, choice.key) for choice in choices[:2]] == [
        ("b:3", "A is much better", "1"),
        ("b:2", "A is better", "2"),
    ]
    assert choices[-1].value == "both_bad"
    assert task.one_tap


def test_two_of_several_responses_keep_the_letters_of_the_page() -> None:
    content = {"responses": [{"id": id_, "text": id_} for id_ in "abc"]}
    order = {"responses": ["c", "b", "a"]}
    question = Question(name="better", kind="pairwise", text="Which?")
    shown = {one.id: one.title[-1] for one in shown_task(Item(content=content), [question], order=order).responses}
    (asked,) = shown_questions([question], texts_of(content), order=order)
    named = {choice.value[0]: choice.text[0] for choice in asked.groups[0].choices if ":" in choice.value}
    assert named == {"b": shown["b"], "a": shown["a"]} == {"b": "B", "a": "C"}


def test_long_scales_are_typed_and_short_ones_are_one_key() -> None:
    short = Question(name="q", kind="rating", text="?", settings={**SCALE, "each_response": True})
    long = Question(name="p", kind="rating", text="?", settings={**SCALE, "least": 0, "most": 100})
    first, second = shown_questions([short, long], texts_of(PAIR), order={})
    assert [(group.name, group.control) for group in first.groups] == [
        ("q-q.a.helpful", "radio"),
        ("q-q.b.helpful", "radio"),
    ]
    assert [(group.control, group.least, group.most) for group in second.groups] == [("number", "0", "100")]
