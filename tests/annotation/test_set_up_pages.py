"""What those who set up a study are shown while something is still lacking, and options in any script."""

import pytest
from django.test import Client

from annotation.actions.questions import QuestionText, set_questions
from annotation.forms import StudyForm
from annotation.models import Question
from tests.factories.accounts import MemberFactory, QuestionFactory, QuestionnaireFactory
from tests.factories.annotation import ItemFactory, StudyFactory

pytestmark = pytest.mark.django_db
ASKED = QuestionText(Question.Kind.TEXT, "What do you say?")


def test_a_draft_leads_to_what_it_still_lacks(client: Client) -> None:
    study = StudyFactory()
    client.force_login(MemberFactory(community=study.community, researcher=True).user)
    manage, preview = (f"/studies/{study.slug}/manage/{page}" for page in ("", "preview/"))

    def told() -> tuple[str, str]:
        return client.get(manage).content.decode(), client.get(preview).content.decode()

    run, seen = told()
    assert "Open the study" not in run
    assert f'class="button" href="{manage}questions/">Add questions</a>' in run
    assert f'<a href="{manage}questions/">Add a question</a>' in seen
    set_questions(study=study, questions=[ASKED])
    run, seen = told()
    assert f'class="button" href="{manage}items/">Add items</a>' in run
    assert f'<a href="{manage}items/">Add an item</a>' in seen
    ItemFactory(study=study)
    run, seen = told()
    assert "Open the study" in run
    assert "What do you say?" in seen


def test_options_of_any_script_get_codes_of_their_own(client: Client) -> None:
    study = StudyFactory()
    client.force_login(MemberFactory(community=study.community, researcher=True).user)
    sent = {"text": "ما رأيك؟", "why": "optional", "options": "نعم\nلا\nYes\nyes: Quite\nYes!"}
    reply = client.post(f"/studies/{study.slug}/manage/questions/new/categories/", sent)
    assert reply.status_code == 302
    options = Question.objects.get().settings["options"]
    assert [(one["code"], one["text"]) for one in options] == [
        ("option", "نعم"),
        ("option_2", "لا"),
        ("yes_2", "Yes"),
        ("yes", "Quite"),
        ("yes_3", "Yes!"),
    ]


def test_names_that_nobody_is_asked_for_are_refused_with_those_that_are_known(client: Client) -> None:
    study = StudyFactory()
    client.force_login(MemberFactory(community=study.community, researcher=True).user)
    about = QuestionnaireFactory(community=study.community, slug="about-you")
    QuestionFactory(questionnaire=about, name="gender", options=[{"code": "female", "text": "Female"}])
    QuestionFactory(questionnaire=QuestionnaireFactory(slug="elsewhere"), name="age")
    address = f"/studies/{study.slug}/manage/edit/"
    page = client.get(address)
    assert "Known here: gender." in page.content.decode()
    form = page.context["form"]
    sent = {
        field.html_name: field.value() for field in form if field.value() is not None and field.value() is not False
    }
    wrong = {"strata": "gendr", "questionnaires": "elsewhere", "demographics": "age: 18_29"}
    reply = client.post(address, sent | wrong)
    assert reply.status_code == 400
    assert {name: errors[0] for name, errors in reply.context["form"].errors.items()} == {
        "strata": "“gendr” is not known in this community. Choose among gender.",
        "questionnaires": "“elsewhere” is not known in this community. Choose among about-you.",
        "demographics": "“age” is not known in this community. Choose among gender.",
    }
    right = {"strata": "gender", "questionnaires": "about-you", "demographics": "gender: female"}
    assert client.post(address, sent | right).status_code == 302
    about.is_open = False
    about.save()
    assert client.post(address, sent | right).status_code == 302  # what stands already stays


def test_every_term_of_a_study_stands_under_one_heading() -> None:
    form = StudyForm(instance=StudyFactory())
    shown = [field.name for _, fields in form.sections() for field in fields]
    assert sorted(shown) == sorted(field.name for field in form)
