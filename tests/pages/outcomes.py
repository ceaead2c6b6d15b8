"""Asking for a route as somebody, and what came of it in one word."""

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.pages.routes import Route
from tests.pages.world import Place

WAYS_IN = ("/door/", "/join/", "/consent/", "/account/login/")


def arguments(route: Route, place: Place) -> dict[str, object]:
    """What the route takes, of that place."""
    room = route.name.split(":")[0]
    question = place.questionnaire.questions.first()
    slugs = {"accounts": place.community.slug}
    if route.name.startswith(("accounts:question", "accounts:take-back")):
        slugs["accounts"] = place.questionnaire.slug
    keys = {
        "accounts": place.member.pk,
        "jobs": place.job.pk,
        "api-job": place.job.pk,
        "api-member": place.member.pk,
    }
    special = {"accounts:revoke-link": place.link.pk, "accounts:revoke-key": place.api_key.pk}
    kind = "-".join(route.name.split("-")[:2]) if route.name.startswith("api-") else room
    api_slug = place.community.slug if "communit" in route.name or "member" in route.name else place.conversation.slug
    known = {
        "community": place.community.slug,
        "slug": slugs.get(room, api_slug if route.name.startswith("api-") else place.conversation.slug),
        "pk": special.get(route.name, keys.get(kind)),
        "number": place.statement.number,
        "name": question.name,
        "questionnaire": "about-you",
        "role": "participant",
        "token": "not-a-token",
        "entry": 1,
        "body": place.decision.body.slug,
        "decision": place.decision.pk,
        "matter": "objection",
        "matter_number": place.decision.objections.first().pk,
        "term": place.decision.electors.first().seat.terms.first().pk,
        "call": place.language_call.pk,
        "run": place.aggregation.pk,
        "reward_model": place.reward_model.pk,
        "scoring": place.reward_model.scorings.get().pk,
        "source": "conversation",
        "material": place.conversation.slug,
        "method": "slate",
        "part": "json",
        "flag": place.flag.pk,
        "participant": "1",
        "panel": place.panel.number,
        "release": place.release.pk,
        "audit": place.audit.pk,
        "comal_part": "origin",
        "evidence_row": 0,
        "incident": place.incident.number,
        "evidence": place.incident.evidence.first().pk,
        "constitution": place.constitution.slug,
        "version": 1,
        "file": "pool.csv" if "draw" in route.name else "text.md",
        "principle": "p1",
        "candidate": place.constitution.candidates.first().pk,
        "amendment": place.constitution.amendments.first().pk,
        "patch": place.constitution.amendments.first().patches.first().pk,
        "rate": place.rate.pk,
        "draw": place.draw.pk,
        "place": place.draw.panel.first().pk,
        "export": place.export.pk,
        "study_import": place.study_import.pk,
        "study": place.study.slug,
        "item": place.item.pk,
        "enrolment": place.study.enrolments.first().pk,
        "assignment": place.assignment.pk,
        "position": 1,
        "kind": "rating",
    }
    return {name: known[name] for name in route.parameters}


def ask(route: Route, method: str, user: User | None, place: Place) -> HttpResponse:
    """The answer to one request, an unhandled exception included."""
    client = Client(raise_request_exception=False)
    if user is not None:
        sign_in(client, user)
    address = reverse(route.name, kwargs=arguments(route, place))
    if method == "GET":
        return client.get(address)
    return (
        client.generic(method, address, data=b"{}", content_type="application/json")
        if "api-" in route.name
        else (client.post(address, {}))
    )


def sign_in(client: Client, user: User) -> None:
    """With the session that the world made for them, which saves most of a request's time; else with a new one."""
    session = getattr(user, "session_of_the_world", None)
    if session is None:
        client.force_login(user)
    else:
        client.cookies[settings.SESSION_COOKIE_NAME] = session


def outcome(response: HttpResponse) -> str:
    """In one word: in (the door opens, if only to say what is missing), way-in, no, 404, 405 or the status."""
    status = response.status_code
    if status in {301, 302, 303}:
        return "way-in" if any(way in response["Location"] for way in WAYS_IN) else "in"
    if status in {401, 403}:
        return "no"
    if status < 300 or status in {400, 409, 422}:
        return "in"
    return str(status)
