"""Watching a study: progress, agreement, both sides' reasons, and a person's decision before anyone is left out."""

import re
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.test import Client

from accounts.models import Member, Role
from annotation.actions.watching import watch_study
from annotation.divided import Column, agreement_with_others, commonest_share, division, nearness
from annotation.models import Exclusion, Item, Question, Response, Study
from annotation.presentation.clarifying import clarified
from annotation.presentation.watched import side_by_side
from annotation.presentation.watching import compare_people, most_divided
from annotation.queries import answer_rows
from annotation.queries.watching import people_of, progress_of, read_answers
from annotation.ready_made import questions_of_set
from jobs.relay import relay_wishes
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import ItemFactory, answered, open_study
from tests.progress import Watched

WHICH = {"name": "better", "kind": Question.Kind.PAIRWISE, "text": "Which is better?", "why": "optional"}


def column(units: list[int], values: list[float], labels: tuple[str, ...] = (), kind: str = "rating") -> Column:
    raters = np.arange(len(units)) % 3
    return Column("q", kind, np.array(units), raters, np.array(values, dtype=float), labels)


def test_division_is_the_chance_that_two_people_differ() -> None:
    said = column([0, 0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 1, 0], ("no", "yes"), "categories")
    np.testing.assert_allclose(division(said, 3), [2 / 3, 0, np.nan])
    rated = column([0, 0, 0, 0, 1, 1, 2], [1, 1, 5, 5, 3, 3, 1])
    np.testing.assert_allclose(division(rated, 3), [2 / 3, 0, np.nan], atol=1e-12)


def test_nearness_compares_with_the_others_alone() -> None:
    said = column([0, 0, 0, 1], [0, 0, 1, 1], ("no", "yes"), "categories")
    np.testing.assert_allclose(nearness(said, 2), [0.5, 0.5, 0, np.nan])
    rated = column([0, 0, 0, 1], [1, 5, 3, 3])
    np.testing.assert_allclose(nearness(rated, 2), [1 - 3 / 4, 1 - 3 / 4, 1, np.nan])
    np.testing.assert_allclose(agreement_with_others([said], 2, 4), [0.5, 0.5, 0, np.nan])


def test_the_commonest_answer_counts_where_it_is_least_common() -> None:
    same = column([0, 0, 0, 1, 1, 1], [1, 2, 1, 1, 2, 3])
    varied = column([0, 0, 0, 1, 1, 1], [1, 2, 1, 2, 2, 1])
    np.testing.assert_allclose(commonest_share([same], 3), [1, 1, 0.5])
    np.testing.assert_allclose(commonest_share([same, varied], 3), [0.5, 1, 0.5])


def said(chosen: str, why: str = "", **flags: str) -> dict[str, Any]:
    return {"better": {"value": {"chosen": chosen, "strength": None}, "why": why, "flags": flags}}


@pytest.fixture
def study(db: None) -> Study:
    """Three people on ten items; the third always says b, at once."""
    found = open_study(questions=(WHICH,), items=10)
    people = [MemberFactory(community=found.community) for _ in range(3)]
    for number, item in enumerate(found.items.all()):
        first = "a" if number % 2 else "tie"
        answered(item, said(first, f"First on {item.name}"), member=people[0], seconds=20)
        answered(item, said(first, it_depends="on whom"), member=people[1], seconds=24)
        answered(item, said("b", f"Third on {item.name}"), member=people[2], seconds=1)
    return found


@pytest.fixture
def researcher(study: Study) -> Client:
    client = Client()
    client.force_login(MemberFactory(community=study.community, roles=[Role.RESEARCHER]).user)
    return client


def test_the_page_shows_progress_agreement_sides_and_people(study: Study, researcher: Client) -> None:
    ItemFactory(study=study, name="agreed")
    page = researcher.get(f"/studies/{study.slug}/manage/watch/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "of 33 answers wanted" in text
    assert "Krippendorff" in text
    first = study.items.first()
    assert first is not None
    assert f"First on {first.name}" in text
    assert f"Third on {first.name}" in text
    assert "Much faster than the others" in text
    assert "Nearly always the same answer" in text
    assert (
        f'href="/studies/{study.slug}/manage/watch/"'
        in researcher.get(f"/studies/{study.slug}/manage/").content.decode()
    )


def test_both_sides_stand_beside_each_other_with_their_reasons(study: Study) -> None:
    divided = most_divided(study, read_answers(study), {"better": "Which is better?"})
    assert [one.share for one in divided] == pytest.approx([2 / 3] * 8)
    first, second = divided[0].sides
    assert (first.n, second.n) == (2, 1)
    assert first.reasons == (f"First on {divided[0].name}",)
    assert second.reasons == (f"Third on {divided[0].name}",)


def test_what_divides_with_reasons_from_both_sides_comes_first_and_each_item_once(study: Study) -> None:
    wordless = ItemFactory(study=study, name="wordless")
    for chosen in ("a", "b", "tie"):
        answered(wordless, said(chosen))

    divided = most_divided(study, read_answers(study), {})

    assert [one.name for one in divided].count("wordless") == 0
    assert len({one.item for one in divided}) == len(divided) == 8


def test_of_many_people_those_who_draw_attention_are_shown_and_anybody_is_found_by_name(
    study: Study, researcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotation.presentation.watched.MOST_PEOPLE", 1)
    first, _, third = [one.member for one in study.enrolments.order_by("pk")]

    page = researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()
    found = researcher.get(f"/studies/{study.slug}/manage/watch/", {"person": first.pseudonym})
    nobody = researcher.get(f"/studies/{study.slug}/manage/watch/", {"person": "nobody"}).content.decode()

    assert third.pseudonym in page
    assert f">{first.pseudonym}</a>" not in page
    assert "2 more take part" in page
    assert found["Location"].endswith(f"/watch/{study.enrolments.get(member=first).pk}/")
    assert "Nobody called “nobody” takes part" in nobody


def test_a_persons_answers_stand_in_words_beside_everyones() -> None:
    everyone = [["better", {"a": 0.5, "tie": 0.5}], ["values", {"care,truth": 1.0}], ["score", {"3": 1.0}]]
    shown = side_by_side(
        [["better", {"tie": 1.0}], ["values", {"care,truth": 1.0}], ["score", {}]],
        everyone,
        {"better": "Which is better?", "values": "Which values?"},
        {("values", "care"): "Care", ("values", "truth"): "Being told the truth"},
    )
    assert shown == [
        ("Which is better?", [("a", 0.0, 0.5), ("About the same", 1.0, 0.5)]),
        ("Which values?", [("Care, Being told the truth", 1.0, 1.0)]),
        ("score", [("3", 0.0, 1.0)]),
    ]


def test_figures_of_each_person(study: Study) -> None:
    gold = ItemFactory(study=study, kind=Item.Kind.GOLD)
    third = study.enrolments.order_by("pk")[2]
    answered(gold, said("a"), member=third.member, passed=False, seconds=1)
    third.attention_missed = 1
    third.save()
    read = read_answers(study)
    people = people_of(study, read.work)
    drawn = compare_people(study, read, people)
    assert [one.answered for one in people] == [10, 10, 11]
    assert [one.median_seconds for one in people] == [20, 24, 1]
    assert [one.agreement for one in people] == [0.5, 0.5, 0]
    assert [one.flags.total() for one in people] == [0, 10, 0]
    assert people[2].checks == "0 of 1 attention checks; 0 of 1 gold items"
    assert list(drawn.values()) == [[], [], ["too_fast", "attention_missed", "gold_wrong"]]


def test_progress_by_stratum(db: None) -> None:
    study = open_study(items=3, quotas={"woman": 2, "": 1})
    quota = study.quota_rows.filter(stratum="woman").first()
    assert quota is not None
    quota.taken = 2
    quota.save()
    assignment = answered(quota.item, said("a")).assignment
    assignment.quota, assignment.state = quota, "assigned"
    assignment.save()
    found = [(one.words, one.given, one.in_hand, one.wanted) for one in progress_of(study)]
    assert found == [("Anyone", 0, 0, 3), ("woman", 1, 1, 6)]


def leave_out(client: Client, study: Study, member: Member, **sent: Any) -> Any:
    enrolment = study.enrolments.get(member=member)
    sent = {"key": str(uuid4()), "rule": "too_fast", "reason": "One second for each.", **sent}
    return client.post(f"/studies/{study.slug}/manage/watch/{enrolment.pk}/leave-out/", sent)


def test_a_person_leaves_somebody_out_and_takes_them_in_again(study: Study, researcher: Client) -> None:
    member = study.enrolments.order_by("pk")[2].member
    refused = leave_out(researcher, study, member, reason="")
    assert refused.status_code == 400
    assert not Exclusion.objects.exists()

    key = str(uuid4())
    for _ in range(2):
        assert leave_out(researcher, study, member, key=key).status_code == 302
    exclusion = Exclusion.objects.get()
    assert exclusion.decided_by is not None
    assert exclusion.decided_by.user.pk == int(researcher.session["_auth_user_id"])
    assert exclusion.rule == "too_fast"
    assert exclusion.figures["median_seconds"] == 1
    assert "too_fast" in exclusion.figures["drew_attention"]
    assert member.pk not in {row.rater for row in answer_rows(study)}
    assert member.pk in {row.rater for row in answer_rows(study, with_excluded=True)}
    assert Response.objects.filter(member=member, state="accepted").count() == 10
    assert "With those left out" in researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()

    address = f"/studies/{study.slug}/manage/watch/{study.enrolments.get(member=member).pk}/"
    assert researcher.post(f"{address}count-again/", {"key": str(uuid4()), "reason": ""}).status_code == 400
    assert (
        researcher.post(f"{address}count-again/", {"key": str(uuid4()), "reason": "It was the clock."}).status_code
        == 302
    )
    exclusion.refresh_from_db()
    assert exclusion.lifted_by == exclusion.decided_by
    text = researcher.get(address).content.decode()
    assert "One second for each." in text
    assert "It was the clock." in text
    assert member.pk in {row.rater for row in answer_rows(study)}


def test_small_groups_are_not_shown(study: Study, researcher: Client) -> None:
    from annotation.presentation.watching import agreement

    read = read_answers(study)
    read.groups.update({rater: {"age": ("old" if place else "young",)} for place, rater in enumerate(read.raters)})
    words = {("age", "old"): "Old people", ("age", "young"): "Young people"}
    hidden = agreement(read, {}, words, small_cell=3)
    assert hidden.n_hidden == 2
    assert hidden.figure is not None
    assert "Old people" not in str(hidden.figure.spec)


def test_watching_asks_as_often_for_many_as_for_few(
    study: Study, researcher: Client, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(30) as few:
        researcher.get(f"/studies/{study.slug}/manage/watch/")
    for item in study.items.all():
        answered(item, said("a"), seconds=5)
    with django_assert_max_num_queries(30) as many:
        researcher.get(f"/studies/{study.slug}/manage/watch/")
    assert len(many) == len(few)


def test_a_large_study_is_read_by_a_worker(study: Study, researcher: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    small = researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()
    person = study.enrolments.order_by("pk")[2]
    alone = researcher.get(f"/studies/{study.slug}/manage/watch/{person.pk}/").content.decode()
    monkeypatch.setattr("annotation.queries.watching.MOST_AT_ONCE", 5)
    monkeypatch.setattr("annotation.queries.watching.EVERY", 10)

    before = researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()
    asked = [researcher.post(f"/studies/{study.slug}/manage/watch/read/")["Location"] for _ in range(2)]
    assert len(relay_wishes()) == 1
    waiting = researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()
    progress = Watched()
    watch_study(progress, study=study.pk)

    after = researcher.get(f"/studies/{study.slug}/manage/watch/").content.decode()
    figures = researcher.get(f"/studies/{study.slug}/manage/watch/{person.pk}/").content.decode()
    assert "Read the answers" in before
    assert "Krippendorff" not in before
    assert all(address.startswith("/jobs/") for address in asked)
    assert "They are being read now" in waiting
    assert [words for _, words in progress.said[:3]] == [
        "10 of 30 answers read",
        "20 of 30 answers read",
        "30 of 30 answers read",
    ]
    assert "from 30 answered items" in after
    start = '<h2 id="agree">'
    end = "</main>"
    assert after[after.index(start) : after.index(end)].split() == small[small.index(start) : small.index(end)].split()
    start, end = "<dl", 'id="decide"'
    assert figures[figures.index(start) : figures.index(end)] == alone[alone.index(start) : alone.index(end)]


def test_what_the_clarifying_question_tells_stands_on_the_page(db: None) -> None:
    asked = tuple(
        {"name": one.name, "kind": one.kind, "text": one.text, "settings": one.settings}
        for one in questions_of_set("clarification-value")
    )
    found = open_study(questions=asked, items=2)
    told, untold = found.items.all()
    people = [MemberFactory(community=found.community) for _ in range(4)]
    for number, member in enumerate(people):
        reply, wish = ("yes", "direct") if number % 2 else ("no", "limits")
        answered(told, {"clarifying_answer": {"value": [reply]}, "intent": {"value": [wish]}}, member=member)
        same = "direct" if number < 2 else "limits"
        answered(untold, {"clarifying_answer": {"value": [reply]}, "intent": {"value": [same]}}, member=member)
    client = Client()
    client.force_login(MemberFactory(community=found.community, roles=[Role.RESEARCHER]).user)

    read = read_answers(found)
    value = clarified(found, read)
    page = client.get(f"/studies/{found.slug}/manage/watch/").content.decode()

    assert value is not None
    assert [(item.name, one.n, one.gained) for item, one in value.items] == [(told.name, 4, 1.0), (untold.name, 4, 0.0)]
    assert (value.n, value.before, value.after, value.gained, value.share) == (8, 1.0, 0.5, 0.5, 0.5)
    assert re.search(r"The answer takes away 0\.50 bits, 50\s*% of what was unknown", page)
    assert clarified(open_study(), read_answers(open_study())) is None


def test_nobody_else_sees_it(study: Study) -> None:
    client = Client()
    client.force_login(MemberFactory(community=study.community).user)
    assert client.get(f"/studies/{study.slug}/manage/watch/").status_code == 404
    other = Client()
    other.force_login(MemberFactory(roles=[Role.RESEARCHER]).user)
    assert leave_out(other, study, study.enrolments.all()[0].member).status_code == 404
