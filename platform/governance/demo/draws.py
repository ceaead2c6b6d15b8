"""A drawn panel that holds seats of the demonstration's steering body, and a draw that is still being prepared."""

from datetime import datetime, timedelta

from accounts.models import Community, Member
from governance.actions.draws import begin_draw, commit_pool, draw_panel, enter_seed, set_quotas
from governance.actions.panels import answer_draw, draw_replacements, seat_panel
from governance.lots import Limit
from governance.models import Body, Draw
from governance.queries.draws import panel_now

TITLE = "Four seats of the steering body"
PURPOSE = (
    "Four of the nine seats of the steering body are drawn by lot, so that people sit there who would never stand for"
    " election. It meets once a month for two hours, for a year; each meeting is paid."
)
SOURCE = "The numbers of the state lottery on Saturday, without the bonus number"
SEED = "4 17 23 31 38 46"
LIMITS = (
    Limit("gender", "female", 2, 2),
    Limit("gender", "male", 1, 2),
    Limit("age", "18_24", 1, 2),
)
NEXT_TITLE = "Residents' panel on night buses"
NEXT_PURPOSE = (
    "Twelve people look into what the assistant says about night buses, and tell the steering body what should change."
)
NEXT_LIMITS = (
    Limit("gender", "female", 5, 7),
    Limit("gender", "male", 5, 7),
    Limit("age", "18_24", 1, 3),
    Limit("age", "65_plus", 1, 3),
)


def draw_seats(body: Body, *, admin: Member, begin: datetime) -> None:
    """Draw four people at ``begin``; one declines, and another one is drawn; a week later they hold seats."""
    draw = _prepared(body.community, TITLE, PURPOSE, 4, LIMITS, admin)
    known = begin + timedelta(days=2)
    commit_pool(draw=draw, seed_source=SOURCE, seed_from=known, by=admin, now=begin)
    enter_seed(draw=draw, seed_text=SEED, by=admin, now=known + timedelta(hours=1))
    draw_panel(draw=draw, report=_silent, by=admin, now=known + timedelta(hours=1))
    panel = panel_now(draw)
    for place in panel[1:]:
        answer_draw(place=place, accepts=True, by=place.place.member)
    answer_draw(place=panel[0], accepts=False, by=panel[0].place.member)
    draw_replacements(draw=draw, number=1, report=_silent, by=admin)
    for place in panel_now(draw):
        answer_draw(place=place, accepts=True, by=place.place.member)
    seat_panel(draw=draw, body=body, months=12, by=admin, now=known + timedelta(days=7))


def prepare_next(community: Community, admin: Member) -> Draw:
    """A draft with quotas, to be tried out."""
    return _prepared(community, NEXT_TITLE, NEXT_PURPOSE, 12, NEXT_LIMITS, admin)


def _prepared(
    community: Community, title: str, purpose: str, seats: int, limits: tuple[Limit, ...], admin: Member
) -> Draw:
    draw = begin_draw(
        community=community,
        title=title,
        purpose=purpose,
        seats=seats,
        questionnaire=community.questionnaires.filter(slug="about-you").first(),
        by=admin,
    )
    return set_quotas(draw=draw, limits=limits)


def _silent(share: float, words: str) -> None:
    """Nobody watches this draw."""
