"""What people tell about themselves: raw and coded; declined, withdrawn and not asked never run together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import (
    Given,
    add_questionnaire,
    answer_question,
    answer_questionnaire,
    bulk_answer,
    bulk_join,
    withdraw_answer,
)
from accounts.forms import AnswerForm
from accounts.models import DemographicAnswer, Question, Questionnaire
from accounts.queries import open_questionnaires
from accounts.questionnaires import MINIMAL, PRISM_LIKE, READY_MADE, SELF_DESCRIBED, code_own_words
from tests.factories.accounts import CommunityFactory, MemberFactory, QuestionFactory

FRAMES = {question.name: [o.as_json() for o in question.options] for question in PRISM_LIKE.questions}


@pytest.mark.parametrize(
    ("name", "words", "codes"),
    [
        ("gender", "Non-Binary", ["non_binary"]),
        ("gender", "WOMAN", ["female"]),
        ("gender", "trans man", ["male"]),
        ("gender", "agender", ["non_binary"]),
        ("gender", "it is complicated", [SELF_DESCRIBED]),
        ("ethnicity", "Black British, African-Caribbean", ["black"]),
        ("ethnicity", "white and asian", ["asian", "white"]),
        ("ethnicity", "Māori", ["indigenous"]),
        ("ethnicity", "African American", ["black"]),
        ("religion", "not religious", ["none"]),
        ("religion", "Roman Catholic", ["christian"]),
        ("religion", "spiritual but not religious", ["spiritual"]),
        ("religion", "I follow my own path", [SELF_DESCRIBED]),
        ("region", "Scotland", ["uk"]),
        ("region", "South America", ["latin_america"]),
    ],
)
def test_own_words_are_read_as_codes(name: str, words: str, codes: list[str]) -> None:
    assert code_own_words(words, FRAMES[name]) == codes


@given(st.text(max_size=100), st.sampled_from(sorted(FRAMES)))
def test_any_words_get_a_code_of_the_frame_or_stand_for_themselves(words: str, name: str) -> None:
    codes = code_own_words(words, FRAMES[name])
    assert codes
    assert set(codes) <= {option["code"] for option in FRAMES[name]} | {SELF_DESCRIBED}
    assert code_own_words(f"  {words.upper()}!", FRAMES[name]) == code_own_words(words.upper(), FRAMES[name])


def test_every_options_own_text_is_read_as_its_code() -> None:
    for text in READY_MADE.values():
        for question in text.questions:
            frame = [option.as_json() for option in question.options]
            codes = [option.code for option in question.options]
            assert len(set(codes)) == len(codes)
            for option in question.options:
                assert option.code in code_own_words(option.text, frame), option


@pytest.mark.django_db
def test_offering_the_same_questionnaire_twice_changes_nothing_and_a_changed_one_is_a_new_version() -> None:
    community = CommunityFactory()
    first = add_questionnaire(community=community, text=MINIMAL)
    assert add_questionnaire(community=community, text=MINIMAL) == first
    shorter = type(MINIMAL)(MINIMAL.slug, MINIMAL.title, MINIMAL.introduction, MINIMAL.questions[:2])
    second = add_questionnaire(community=community, text=shorter)
    first.refresh_from_db()
    assert (first.version, first.is_open, second.version, second.is_open) == (1, False, 2, True)
    assert first.questions.count() == 3


@pytest.mark.django_db
def test_answers_are_kept_raw_and_coded_and_the_kinds_of_silence_apart() -> None:
    member = MemberFactory()
    questionnaire = add_questionnaire(community=member.community, text=PRISM_LIKE)
    answer_questionnaire(
        member=member,
        questionnaire=questionnaire,
        answers={
            "age": Given(codes=("25_34",)),
            "gender": Given(own_words=" genderqueer   woman "),
            "ethnicity": Given(own_words="half Korean, half Irish"),
            "religion": Given(declined=True),
            "employment": Given(codes=("student", "part_time"), own_words="fire juggler"),
        },
        uses=["analysis", "quotas"],
    )
    kept = {
        answer.question.name: (answer.status, answer.raw, answer.codes, answer.uses)
        for answer in DemographicAnswer.objects.select_related("question")
    }
    uses = ["analysis", "quotas"]
    assert kept == {
        "age": ("answered", "25 to 34", ["25_34"], uses),
        "gender": ("answered", "genderqueer woman", ["female", "non_binary"], uses),
        "ethnicity": ("answered", "half Korean, half Irish", ["asian"], uses),
        "religion": ("declined", "", [], []),
        "employment": (
            "answered",
            "Work part time; Study; fire juggler",
            ["part_time", "student", SELF_DESCRIBED],
            uses,
        ),
    }
    assert not DemographicAnswer.objects.filter(question__name="region").exists(), "not asked leaves no row"
    assert open_questionnaires(member).get().n_given == 5


@pytest.mark.django_db
def test_a_changed_answer_takes_the_old_ones_place_and_a_withdrawn_one_is_empty() -> None:
    member = MemberFactory()
    question = QuestionFactory(questionnaire__community=member.community)
    answer_question(member=member, question=question, given=Given(codes=("18_29",)), uses=["release"])
    answer = answer_question(member=member, question=question, given=Given(codes=("50",)))
    assert DemographicAnswer.objects.count() == 1
    assert (answer.codes, answer.uses) == (["50"], [])
    withdraw_answer(answer=answer)
    answer.refresh_from_db()
    assert (answer.status, answer.raw, answer.codes, answer.uses) == ("withdrawn", "", [], [])
    back = answer_question(member=member, question=question, given=Given(codes=("50",)))
    assert back.status == "answered"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "self_describe", "given"),
    [
        ("single", False, Given(codes=("18_29", "50"))),
        ("single", False, Given(codes=("unheard-of",))),
        ("single", False, Given(own_words="old")),
        ("single", True, Given(codes=("50",), own_words="old")),
        ("single", False, Given()),
        ("multiple", False, Given()),
        ("number", False, Given(codes=("50",))),
        ("free", False, Given(own_words="   ")),
    ],
)
def test_answers_that_do_not_fit_are_refused(kind: str, self_describe: bool, given: Given) -> None:
    member = MemberFactory()
    question = QuestionFactory(questionnaire__community=member.community, kind=kind, self_describe=self_describe)
    with pytest.raises(ValueError, match=r"age|codes|community"):
        answer_question(member=member, question=question, given=given)
    assert not DemographicAnswer.objects.exists()


@pytest.mark.django_db
def test_another_communitys_questions_are_not_answered() -> None:
    with pytest.raises(ValueError, match="community="):
        answer_question(member=MemberFactory(), question=QuestionFactory(), given=Given(codes=("50",)))


@pytest.mark.django_db
def test_the_form_shows_an_earlier_answer_as_it_was_given() -> None:
    member = MemberFactory()
    questionnaire = add_questionnaire(community=member.community, text=PRISM_LIKE)
    given = {
        "gender": Given(own_words="enby"),
        "employment": Given(codes=("full_time", "home"), own_words="poet; baker"),
        "religion": Given(own_words="Quaker"),
        "age": Given(declined=True),
    }
    answer_questionnaire(member=member, questionnaire=questionnaire, answers=given, uses=["quotas"])
    for answer in DemographicAnswer.objects.select_related("question"):
        question: Question = answer.question
        initial = {name: value for name, value in AnswerForm.initial_of(answer).items() if value not in (None, "")}
        form = AnswerForm(initial, question=question)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["given"] == given[question.name]


@pytest.mark.django_db
def test_many_synthetic_people_at_a_constant_number_of_queries(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    community = CommunityFactory()
    with django_assert_max_num_queries(12):
        members = bulk_join(community=community, count=300, seed=7)
    questionnaire: Questionnaire = add_questionnaire(community=community, text=MINIMAL)
    told = [(member, {"age": Given(codes=("18_24",)), "gender": Given(declined=True)}) for member in members]
    with django_assert_max_num_queries(6):
        assert bulk_answer(questionnaire=questionnaire, answers=told) == 600
    assert all(member.is_synthetic for member in members)
    assert len({member.pseudonym for member in members}) == 300
    assert DemographicAnswer.objects.filter(status="declined", uses=[]).count() == 300
    bulk_answer(questionnaire=questionnaire, answers=told)
    assert DemographicAnswer.objects.count() == 600
