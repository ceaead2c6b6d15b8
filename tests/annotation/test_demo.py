"""The demonstration's studies: there once, disagreeing by group, and one of them open to answer."""

import pytest

from accounts import demo as demo_people
from accounts import demo_parts
from accounts.actions.demo import demo_member
from accounts.models import Member
from annotation.actions import enrol, next_assignment
from annotation.demo.load import load_demo
from annotation.models import Response, Study
from annotation.queries import answer_rows

pytestmark = pytest.mark.django_db


def test_the_demonstration_has_people_who_disagree_and_a_study_to_answer() -> None:
    assert "studies with answers" in demo_parts.load()
    assert not load_demo()
    study = Study.objects.get(slug="when-values-conflict")
    rows = [row for row in answer_rows(study) if row.question == "better"]
    assert {row.value for row in rows} >= {"a", "b", "tie"}
    assert any("values_conflict" in row.flags for row in rows)
    by_age: dict[bool, list[float]] = {True: [], False: []}
    for row in rows:
        if row.item == "read-messages" and row.number is not None and row.groups.get("age"):
            by_age[row.groups["age"][0] in {"18_24", "25_34"}].append(row.number)
    assert sum(by_age[True]) / len(by_age[True]) < sum(by_age[False]) / len(by_age[False])
    assert all(quota.taken <= quota.wanted for quota in study.quota_rows.all())
    participant = demo_member(next(person for person in demo_people.PEOPLE if person.key == "participant"))
    enrol(study=study, member=participant)
    assert next_assignment(study=study, member=participant) is not None
    answered_by = Response.objects.filter(study__community__slug=demo_people.COMMUNITY).values("member")
    assert all(Member.objects.filter(pk__in=answered_by).values_list("is_synthetic", flat=True))


def test_ages_part_over_the_towns_money_and_genders_do_not() -> None:
    demo_parts.load()
    means: dict[tuple[str, str], list[float]] = {}
    for row in answer_rows(Study.objects.get(slug="town-money")):
        text = int(row.item.removeprefix("idea-"))
        if row.number is not None and text <= 16:  # those for the young
            for name in ("age", "gender"):
                means.setdefault((name, (row.groups.get(name) or [""])[0]), []).append(row.number)
    mean = {key: sum(values) / len(values) for key, values in means.items() if len(values) > 30}
    by_age, by_gender = mean["age", "18_24"] - mean["age", "65_plus"], mean["gender", "female"] - mean["gender", "male"]
    assert by_age > 1.5
    assert abs(by_gender) < by_age / 3  # what is left is chance
