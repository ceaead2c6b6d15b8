"""What the room holds of a person: shown, taken along and erased with everything that hangs on it."""

import json

import pytest

from accounts.models import Role
from annotation.actions import exclude_member, lift_exclusion
from annotation.actions.conflict_cases import validate_item
from annotation.holdings import HOLDING
from annotation.models import Exclusion, Response, Validation
from tests.factories.accounts import MemberFactory
from tests.factories.annotation import ItemFactory, answered, open_study

pytestmark = pytest.mark.django_db
GIVEN = {"better": {"value": {"chosen": "a", "strength": 1}}}


def test_a_person_sees_what_they_vouched_for_and_what_was_decided_about_them() -> None:
    study = open_study(validations_wanted=2)
    item = ItemFactory(study=study, is_synthetic=True)
    member = answered(item, GIVEN).member
    other = MemberFactory(community=study.community, roles=[Role.RESEARCHER])
    for person in (member, other):
        validate_item(item=item, by=person)
    exclusion = exclude_member(
        study=study, member=member, rule="too_fast", reason="Two seconds each.", decided_by=other
    )
    in_force = [one.value for one in HOLDING.show(member)]
    lift_exclusion(exclusion=exclusion, lifted_by=other, reason="They explained it.")

    shown = [one.value for one in HOLDING.show(member)]
    taken = json.loads(json.dumps(HOLDING.export(member)))

    assert shown[:2] == ["1 answer", "You vouched for 1 synthetic item"]
    assert in_force[2].startswith("Your answers are left out of the results since ")
    assert shown[2].startswith("Your answers were left out until ")
    assert [(one["study"], one["item"]) for one in taken["vouched_for"]] == [(study.slug, item.name)]
    (decision,) = taken["left_out_of_results"]
    assert (decision["rule"], decision["reason"], decision["lifted_reason"]) == (
        "too_fast", "Two seconds each.", "They explained it.",
    )  # fmt: skip


def test_erasure_takes_validations_and_decisions_along_and_keeps_those_about_others() -> None:
    study = open_study(validations_wanted=2)
    item = ItemFactory(study=study, is_synthetic=True)
    leaving = answered(item, GIVEN).member
    other = answered(item, GIVEN).member
    for person in (leaving, other):
        validate_item(item=item, by=person)
    exclude_member(study=study, member=leaving, rule="other", reason="Asked to.", decided_by=other)
    exclude_member(study=study, member=other, rule="other", reason="Asked to.", decided_by=leaving)
    item.refresh_from_db()
    assert not item.is_held_out

    HOLDING.erase(leaving)

    item.refresh_from_db()
    assert (item.validated_by, item.is_held_out) == (1, True)
    assert list(Validation.objects.values_list("member", flat=True)) == [other.pk]
    assert list(Exclusion.objects.values_list("member", "decided_by")) == [(other.pk, None)]
    assert list(Response.objects.values_list("member", flat=True)) == [other.pk]
