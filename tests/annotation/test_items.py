"""Items and the questions put about them: nobody is given an item that cannot be answered."""

import pytest
from django.test import Client

from accounts.models import Role
from annotation.actions import NewItem, add_items, change_item, open_study, publish_version
from annotation.actions.questions import QuestionText, set_questions
from annotation.errors import NotSetUp, Refused
from annotation.models import Study
from tests.factories.accounts import MemberFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.annotation import CHOICES, PAIR, SCALE, ItemFactory, StudyFactory
from tests.factories.annotation import open_study as opened

pytestmark = pytest.mark.django_db
ALONE = {"responses": [{"id": "a", "text": "Yes."}]}
NONE = {"texts": [{"name": "text", "text": "Is this irony?"}]}


def test_a_study_is_not_opened_while_any_item_lacks_responses() -> None:
    study = StudyFactory()
    ItemFactory(study=study, number=1)
    ItemFactory(study=study, number=2, name="alone", content=ALONE)
    ItemFactory(study=study, number=3, name="none", content=NONE)
    each = {**SCALE, "each_response": True}
    asked = [QuestionText("ranking", "In which order?"), QuestionText("rating", "How good?", settings=each)]
    set_questions(study=study, questions=[*asked, QuestionText("categories", "Irony?", settings=CHOICES)])

    with pytest.raises(NotSetUp) as refused:
        open_study(study=study)

    assert refused.value.problems == [
        "“In which order?” needs 2 or more responses; the item alone has 1 (1 more have too few)."
        " Change such items or take them out.",
        "“How good?” needs 1 or more responses; the item none has 0. Change such items or take them out.",
    ]
    study.items.exclude(content=PAIR).update(retired_at="2026-01-01T00:00Z")
    assert open_study(study=study).is_open


def test_an_open_study_takes_no_item_that_its_questions_do_not_fit() -> None:
    study = opened(items=1)
    _, refused = add_items(study=study, items=[NewItem("alone", ALONE, row=2), NewItem("pair", PAIR, row=3)])
    assert [(one.row, one.reason) for one in refused] == [
        (2, "“Which is better?” needs 2 or more responses; it has 1.")
    ]
    with pytest.raises(Refused, match="needs 2 or more responses"):
        change_item(item=study.items.get(name="pair"), content=ALONE)


def test_new_questions_are_not_asked_about_items_that_they_do_not_fit() -> None:
    study = opened(questions=({"name": "irony", "kind": "categories", "text": "Irony?", "settings": CHOICES},))
    ItemFactory(study=study, content=NONE)
    set_questions(study=study, questions=[QuestionText("pairwise", "Which is better?")])
    with pytest.raises(NotSetUp, match="needs 2 or more responses"):
        publish_version(study=study)


@pytest.fixture
def described() -> tuple[Client, Study, dict[str, object]]:
    """Somebody who may change a study, the study, and what its form sends unchanged."""
    study = StudyFactory()
    asked = QuestionnaireFactory(community=study.community, slug="about-you")
    options = [{"code": "female", "text": "Female"}, {"code": "male", "text": "Male"}]
    QuestionFactory(questionnaire=asked, name="gender", options=options)
    client = Client()
    client.force_login(MemberFactory(community=study.community, roles=[Role.RESEARCHER]).user)
    address = f"/studies/{study.slug}/manage/edit/"
    form = client.get(address).context["form"]
    return client, study, {name: "" if value is None else value for name, value in form.initial.items()} | {
        "quotas": "", "demographics": ""
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"demographics": "gender: woman"}, "“woman” is no answer to gender. Choose among female, male."),
        ({"strata": "gender", "quotas": "woman: 2"}, "“woman” is no answer to gender. Choose among female, male."),
    ],
)
def test_answers_that_nobody_can_give_are_told_with_those_that_exist(
    described: tuple[Client, Study, dict[str, object]], sent: dict[str, str], told: str
) -> None:
    client, study, form = described
    answer = client.post(f"/studies/{study.slug}/manage/edit/", {**form, **sent})
    assert answer.status_code == 400
    assert told in answer.content.decode()
    study.refresh_from_db()
    assert (study.strata, study.screening, study.quotas) == ([], {}, {})


def test_known_names_are_kept(described: tuple[Client, Study, dict[str, object]]) -> None:
    client, study, form = described
    sent = {"strata": "gender", "quotas": "female: 2\nanyone: 1", "questionnaires": "about-you"}
    assert client.post(f"/studies/{study.slug}/manage/edit/", {**form, **sent}).status_code == 302
    study.refresh_from_db()
    assert (study.strata, study.quotas, study.questionnaires) == (["gender"], {"female": 2, "": 1}, ["about-you"])
