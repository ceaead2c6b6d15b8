"""A researcher builds a study from a file; people answer by key and by touch, disagree, flag; all of it leaves."""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Community
from annotation.formats.dataset import Dataset
from annotation.formats.huggingface import read_folder
from annotation.models import Response, Study
from annotation.queries import answer_rows
from exports.models import Export, ReleasedPerson
from jobs.relay import relay_wishes
from jobs.running import run
from tests.annotation.tabs import SIZES, Contexts, check, tab
from tests.factories.accounts import (
    CommunityFactory,
    DemographicAnswerFactory,
    MemberFactory,
    QuestionFactory,
    QuestionnaireFactory,
)
from tests.factories.annotation import SCALE, ItemFactory, answered, open_study
from tests.frontend.conftest import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CSV = """id,prompt,response_a,response_b
job,Should I take the job?,Yes: it pays more.,What matters most to you in it?
dog,هل أتبنى كلباً؟,نعم.,هل لديك وقت له كل يوم؟
broken,No second response,Only one,
"""


def build_study(page: Page, server: LiveServer, file: Path, size: str) -> str:
    page.goto(f"{server.url}/studies/new/")
    page.get_by_label("Title").fill("Which answer is better")
    check(page, size)
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_role("link", name="Questions", exact=True).click()
    page.get_by_role("link", name="Ratings on one or more scales").click()
    page.get_by_label("The question").fill("How clear is the better one?")
    page.get_by_label("Scales, one on a line").fill("clear: Clear")
    check(page, size)
    page.get_by_role("button", name="Save the question").click()
    check(page, size)
    page.get_by_role("link", name="Which answer is better").click()
    page.get_by_role("link", name="Items", exact=True).click()
    page.get_by_role("link", name="Upload a file").click()
    page.get_by_label("The file").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    assert page.get_by_label("prompt", exact=True).input_value() == "prompt"
    assert page.get_by_label("response_b").input_value() == "response"
    check(page, size)
    page.get_by_role("button", name="Take the items in").click()
    expect(page.get_by_role("heading", name="2 items taken in")).to_be_visible()
    expect(page.get_by_role("row", name="4")).to_contain_text("response_b is empty")
    page.get_by_role("link", name="Back to the study").click()
    page.get_by_role("link", name="See it as an annotator").click()
    check(page, size)
    page.get_by_role("link", name="Which answer is better").click()
    page.get_by_role("button", name="Open the study").click()
    expect(page.get_by_text("The study is open.")).to_be_visible()
    check(page, size)
    return Study.objects.get().slug


def answer_first_item(page: Page, server: LiveServer, slug: str, size: str, *, prefers: str, flags: bool) -> None:
    page.goto(f"{server.url}/studies/{slug}/")
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("button", name="Start", exact=True).click()
    card = page.locator("#card")
    expect(card.get_by_role("heading", name="Which response is better?")).to_be_visible()
    check(page, size)
    named = card.locator(".response").filter(has_text=prefers).get_by_role("heading").inner_text()[-1]
    if size == "phone":
        card.get_by_text(f"{named} is much better").tap()
        card.get_by_role("radio", name="4", exact=True).tap()
    else:
        place = [card.locator(".response h3").nth(n).inner_text()[-1] for n in range(2)].index(named)
        page.keyboard.press("17"[place])
        page.keyboard.press("4")
    if flags:
        card.locator("summary").first.click()
        card.get_by_label("Values conflict", exact=True).first.check()
        card.get_by_label("Values conflict: Which values pull").first.fill("care and candour")
        card.get_by_label("Why?").first.fill("Both have a point.")
    if size == "phone":
        card.get_by_role("button", name="Send and go on").tap()
    else:
        card.locator("[data-send]").focus()
        page.keyboard.press("Enter")
    expect(card.locator("[data-answer-status]")).to_have_text("Saved")
    assert card.bounding_box()["y"] >= 0, "the next item is read from its top"  # type: ignore[index]  # it is on the page


def work_off() -> None:
    """Do the work that waits, as the worker would."""
    for job in relay_wishes():
        run(job)


def export_study(page: Page, server: LiveServer, slug: str, size: str, folder: Path) -> Dataset:
    """From the study's page to the unpacked download, everything that was told of people kept."""
    page.goto(f"{server.url}/studies/{slug}/manage/")
    page.get_by_role("main").get_by_role("link", name="Data sets").click()
    check(page, size)
    page.get_by_role("link", name="New data set").click()
    page.get_by_label("Risk if it got into wrong hands").select_option("low")
    check(page, size)
    page.get_by_role("button", name="Go on to privacy").click()
    page.get_by_label("At least so many people must share").fill("2")
    page.get_by_label("Keep it as answered").check()
    check(page, size)
    page.get_by_role("button", name="Keep these choices and go on").click()
    work_off()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Nothing that looks like personal data")).to_be_visible()
    check(page, size)
    page.get_by_role("button", name="Keep these choices and go on").click()
    check(page, size)
    page.get_by_role("button", name="Build the data set").click()
    expect(page.get_by_role("link", name="See how far it has come")).to_be_visible()
    work_off()
    page.reload()
    check(page, size)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    archive = Path(download.value.path())
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == Export.objects.get().sha256
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return read_folder(folder)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_study_from_a_file_keeps_three_people_apart_until_it_leaves(
    live_server: LiveServer,
    new_context: Contexts,
    tmp_path: Path,
    settings: Any,
    size: str,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    community: Community = CommunityFactory()
    researcher = MemberFactory(community=community, researcher=True)
    ages = QuestionFactory(questionnaire=QuestionnaireFactory(community=community), name="age")
    file = tmp_path / "items.csv"
    file.write_text(CSV)
    slug = build_study(tab(new_context, live_server, researcher, size), live_server, file, size)
    study = Study.objects.get()
    people = [MemberFactory(community=community) for _ in range(4)]
    for person, code in zip(people, ("18_29", "50", "50", "18_29"), strict=True):
        DemographicAnswerFactory(
            member=person, question=ages, raw=code, codes=[code], uses=["quotas", "analysis", "release"]
        )
    for place, person in enumerate(people[:3]):
        # The same item for all three: the other waits until the first has its answers.
        study.items.get(name="dog").quotas.update(rank=100)
        wants = ("Yes: it pays more.", "What matters most to you", "What matters most to you")[place]
        page = tab(new_context, live_server, person, size)
        answer_first_item(page, live_server, slug, size, prefers=wants, flags=place == 2)
    rows = [row for row in answer_rows(study) if row.item == "job"]
    said = {row.rater: row.value for row in rows if row.question == "better"}
    assert [said[person.pk] for person in people[:3]] == ["a", "b", "b"]
    assert {row.number for row in rows if row.question != "better"} == {4.0}
    flagged = [row for row in rows if row.flags]
    assert [(row.rater, dict(row.flags), row.why) for row in flagged] == [
        (people[2].pk, {"values_conflict": "care and candour"}, "Both have a point.")
    ]
    assert {row.order_shown for row in rows} == {("a", "b"), ("b", "a")}
    assert all(row.seconds is not None and row.seconds >= 0 for row in rows)

    # Another young person answers the other item, so that nobody stands out by their age alone.
    answered(study.items.get(name="dog"), {"better": {"value": {"chosen": "a", "strength": 1}}}, member=people[3])
    read = export_study(tab(new_context, live_server, researcher, size), live_server, slug, size, tmp_path / "out")
    names = dict(ReleasedPerson.objects.values_list("member_id", "pseudonym"))
    left = {answer.rater: answer for answer in read.answers if (answer.item, answer.question) == ("job", "better")}
    first, second, third = (left[names[person.pk]] for person in people[:3])
    assert [answer.value for answer in (first, second, third)] == ["a", "b", "b"]
    assert (third.flags, third.why) == (("values conflict: care and candour",), ("Both have a point.",))
    assert {tuple(answer.extra["order_shown"]) for answer in left.values()} == {("a", "b"), ("b", "a")}
    groups = {rater.id: rater.demographics["age"] for rater in read.raters}
    told = [groups[answer.rater] for answer in (first, second, third)]
    assert told == ["18 to 29", "50 or more", "50 or more"]


# Groups of choices and words at the ends of scales that stand beside something instead of below it.
CROSSING = """() => [...document.querySelectorAll("[data-group], .ends")].filter((one) => {
  const before = one.previousElementSibling;
  return before && one.getBoundingClientRect().top < before.getBoundingClientRect().bottom;
}).length"""


def test_every_question_is_one_key_and_what_is_missing_is_named(
    live_server: LiveServer,
    new_context: Contexts,
) -> None:
    scales = {
        **SCALE,
        "ends": ["not at all", "very"],
        "dimensions": [{"code": "a", "text": "Helpful"}, {"code": "b", "text": "Honest"}],
    }
    study = open_study(
        questions=(
            {"name": "better", "kind": "pairwise", "text": "Which is better?"},
            {"name": "rate", "kind": "rating", "text": "How good?", "settings": scales},
            {"name": "rank", "kind": "ranking", "text": "Which order?", "settings": {}},
        )
    )
    ItemFactory(study=study)
    page = tab(new_context, live_server, MemberFactory(community=study.community), "desktop")
    page.goto(f"{live_server.url}/studies/{study.slug}/start/")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator(".shortcuts")).to_contain_text("A is much better")
    assert page.evaluate(CROSSING) == 0
    page.keyboard.press("1")
    page.locator("[data-send]").click()
    expect(page.get_by_role("alert")).to_contain_text("Which order? Still to answer.")
    expect(page.get_by_role("alert")).to_contain_text("How good? Still to answer.")
    for key in ("5", "3", "1", "2"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing waits for you now")).to_be_visible()
    answers = Response.objects.get().answers
    assert answers["rate"]["value"] == {"item": {"a": 5, "b": 3}}
    first, second = Response.objects.get().order_shown["responses"]
    assert answers["rank"]["value"] == [[first], [second]]
    assert answers["better"]["value"] == {"chosen": first, "strength": 3}
    assert page.locator("[data-answers-outbox]").is_hidden()


def test_long_responses_stand_side_by_side_or_one_under_the_other(
    live_server: LiveServer, new_context: Contexts
) -> None:
    study = open_study(
        questions=({"name": "better", "kind": "pairwise", "text": "Which?", "why": "required"},), items=1
    )
    member = MemberFactory(community=study.community)
    page = tab(new_context, live_server, member, "desktop")
    page.goto(f"{live_server.url}/studies/{study.slug}/start/")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_label("Why?").fill("Half a reason")

    def tops() -> list[float]:
        return [round(box["y"]) for one in page.locator(".response").all() if (box := one.bounding_box())]

    assert len(set(tops())) == 1
    page.get_by_role("link", name="one under the other").click()
    assert len(set(tops())) == 2
    check(page, "desktop")
    page.goto(f"{live_server.url}/studies/{study.slug}/answer/")
    assert len(set(tops())) == 2
    expect(page.get_by_label("Why?")).to_have_value("Half a reason")
    phone = tab(new_context, live_server, member, "phone")
    phone.goto(f"{live_server.url}/studies/{study.slug}/answer/?layout=beside")
    expect(phone.get_by_role("link", name="side by side")).to_be_hidden()
    boxes = [one.bounding_box() for one in phone.locator(".response").all()]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["y"] > boxes[0]["y"]


def test_without_a_script_the_same_study_can_be_answered(
    live_server: LiveServer,
    new_context: Contexts,
) -> None:
    study = open_study(items=1)
    member = MemberFactory(community=study.community)
    context = new_context(java_script_enabled=False)
    sign_in(context, member, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/studies/{study.slug}/start/")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="They are about the same").click()
    page.get_by_role("link", name="My answers").first.click()
    expect(page.get_by_text("about the same")).to_be_visible()
    assert Response.objects.get().answers["better"]["value"] == {"chosen": "tie", "strength": None}


def test_a_draft_survives_a_closed_tab(live_server: LiveServer, new_context: Contexts) -> None:
    study = open_study(questions=({"name": "say", "kind": "text", "text": "What do you think?"},), items=1)
    page = tab(new_context, live_server, MemberFactory(community=study.community), "phone")
    page.goto(f"{live_server.url}/studies/{study.slug}/start/")
    page.get_by_role("button", name="Start", exact=True).tap()
    page.get_by_role("textbox", name="What do you think?").fill("Half a thought")
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(f"{live_server.url}/studies/{study.slug}/answer/")
    expect(again.get_by_role("textbox", name="What do you think?")).to_have_value("Half a thought")


@pytest.mark.parametrize("size", SIZES)
def test_what_is_right_for_practice_is_said_by_answering(
    live_server: LiveServer, new_context: Contexts, size: str
) -> None:
    study = open_study(
        questions=(
            {"name": "better", "kind": "pairwise", "text": "Which is better?", "why": "required"},
            {"name": "rate", "kind": "rating", "text": "How good?", "settings": SCALE},
        )
    )
    page = tab(new_context, live_server, MemberFactory(community=study.community, researcher=True), size)
    page.goto(f"{live_server.url}/studies/{study.slug}/manage/items/new/")
    page.get_by_label("Name in exports").fill("practice")
    page.get_by_label("What it is for").select_option("training")
    page.get_by_label("What a person wrote").fill("Should I take the job?")
    page.get_by_label("Response 1").fill("Yes.")
    page.get_by_label("Response 2").fill("What matters most to you?")
    page.get_by_role("button", name="Save the item").click()
    expect(page.get_by_role("heading", name="Right answers")).to_be_visible()
    check(page, size)
    page.locator("label.option", has=page.locator("input[value='b:3']")).click()
    page.get_by_role("button", name="Save the right answers").click()
    expect(page.get_by_role("link", name="Right answers")).to_be_visible()
    check(page, size)
    assert study.items.get().expected == {"better": {"chosen": "b", "strength": 3}}
