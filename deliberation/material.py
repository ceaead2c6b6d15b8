"""Conversations as material for aggregation and training."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from aggregation.coded_groups import coded_groups
from aggregation.snapshots import of_people
from aggregation.sources import Choice, Grouping, Material, NotGiven, Option, People, Question, Votes
from deliberation.models import Conversation, OpinionMap, Panel, Statement, Vote
from deliberation.queries.results import newest_maps
from deliberation.queries.votes import VoteArrays, vote_arrays
from frontend.groups import group_look

KIND = "conversation"
AGREEMENT = Question(
    "agreement",
    "Which statements people agree with",
    ("votes",),
    (Option("agree", "Agree", 1.0), Option("pass", "Pass", 0.0), Option("disagree", "Disagree", -1.0)),
    ordered=True,
)
GROUPINGS = {
    OpinionMap.Grouping.COMPUTED: ("opinion", "Opinion group", "opinion"),
    OpinionMap.Grouping.IMPORTED: ("imported", "Group as imported", "imported"),
}


class ConversationMaterial(Material):
    """One conversation: the votes on its statements that people may see and that are about the question."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.choice = choice_of(conversation)

    def questions(self) -> Sequence[Question]:
        """Everybody's votes, then those of each panel on its shortlist."""
        panels = Panel.objects.filter(conversation=self.conversation).annotate(
            people=Count("seats", distinct=True), statements=Count("shortlist", distinct=True)
        )
        return [AGREEMENT, *(_of_panel(panel) for panel in panels.order_by("number"))]

    def groupings(self) -> Sequence[Grouping]:
        """Opinion groups of the newest maps, and what people told about themselves."""
        return list(self._people.groupings.values())

    def members(self) -> list[int]:
        """Ids of the member rows of its people, aligned with the groupings."""
        return [int(member) for member in self._people.member_P]

    def votes(self, question: str) -> Votes:
        """Current votes on statements that are shown and not about the people themselves.

        A panel's are those of its people who have voted on its whole shortlist, so that no vote is missing.
        """
        whole = self._votes()
        if question == AGREEMENT.key:
            return whole
        number = question.removeprefix("panel-")
        panels = Panel.objects.filter(conversation=self.conversation, number=number if number.isdecimal() else 0)
        panel = panels.first()
        if panel is None:
            raise NotGiven(f"A conversation has no question “{question}”.")
        asked = {str(number) for number in panel.shortlist.values_list("number", flat=True)}
        drawn = list(panel.seats.values_list("member", flat=True))
        return _complete(whole, asked & set(whole.candidates), np.isin(whole.people.member_P, drawn))

    def _votes(self) -> Votes:
        arrays = self._arrays
        shown = dict(
            Statement.objects.shown()
            .filter(conversation=self.conversation, is_meta=False)
            .exclude(text="")
            .values_list("number", "text")
        )
        numbers = arrays.statement_numbers.tolist()
        kept = [place for place, number in enumerate(numbers) if number in shown]
        new_place = np.full(len(numbers), -1, dtype=np.intp)
        new_place[kept] = np.arange(len(kept))
        matrix = arrays.votes
        person_R = np.repeat(np.arange(len(arrays.members)), np.diff(matrix.starts))
        candidate_R = new_place[matrix.statements]
        inside = candidate_R >= 0
        return Votes(
            people=self._people,
            candidates=tuple(str(numbers[place]) for place in kept),
            texts=tuple(shown[numbers[place]] for place in kept),
            person_R=person_R[inside].astype(np.intp),
            candidate_R=candidate_R[inside],
            value_R=matrix.values[inside].astype(np.int8),
            seconds_R=self._seconds(person_R, matrix.statements)[inside],
        )

    def _seconds(self, person_R: NDArray[Any], statement_R: NDArray[Any]) -> NDArray[np.float64]:
        """When each vote was cast, in seconds since 1970."""
        arrays = self._arrays
        cast = {
            (member, statement): moment.timestamp()
            for member, statement, moment in Vote.objects.filter(conversation=self.conversation)
            .order_by()
            .values_list("member", "statement", "cast_at")
        }
        members, statements = arrays.members[person_R].tolist(), arrays.statements[statement_R].tolist()
        return np.array([cast.get(pair, np.nan) for pair in zip(members, statements, strict=True)], dtype=np.float64)

    @cached_property
    def _arrays(self) -> VoteArrays:
        return vote_arrays(self.conversation)

    @cached_property
    def _people(self) -> People:
        ids = tuple(str(number) for number in self._arrays.numbers.tolist())
        found = [self._opinion_groups(grouping, drawn, ids) for grouping, drawn in self._maps]
        found.extend(coded_groups(self._arrays.members))
        return People(ids, self._arrays.members, {grouping.key: grouping for grouping in found})

    @cached_property
    def _maps(self) -> list[tuple[OpinionMap.Grouping, OpinionMap]]:
        newest = newest_maps(self.conversation)
        return [(grouping, newest[grouping]) for grouping in GROUPINGS if grouping in newest]

    @staticmethod
    def _opinion_groups(grouping: OpinionMap.Grouping, drawn: OpinionMap, ids: tuple[str, ...]) -> Grouping:
        key, title, kind = GROUPINGS[grouping]
        groups = drawn.run.result["groups"]
        level_of = {member: level for level, group in enumerate(groups) for member in group["members"]}
        level_P: NDArray[np.intp] = np.array([level_of.get(person, -1) for person in ids], dtype=np.intp)
        if grouping == OpinionMap.Grouping.COMPUTED:
            names = tuple(group_look(place).letter for place in range(len(groups)))
        else:
            names = tuple(str(group["label"] or group["id"]) for group in groups)
        return Grouping(key, title, names, level_P, "opinion" if kind == "opinion" else "imported")


def _of_panel(panel: Panel) -> Question:
    title = f"What panel {panel.number} says of its shortlist"
    return Question(f"panel-{panel.number}", title, AGREEMENT.shapes, AGREEMENT.options, AGREEMENT.ordered)


def _complete(votes: Votes, asked: set[str], drawn_P: NDArray[np.bool_]) -> Votes:
    """The votes on some candidates of those drawn who voted on all of them.

    Raises
    ------
    NotGiven
        If nobody has yet.
    """
    kept = [place for place, candidate in enumerate(votes.candidates) if candidate in asked]
    place_C = np.full(len(votes.candidates), -1, dtype=np.intp)
    place_C[kept] = np.arange(len(kept))
    inside = place_C[votes.candidate_R] >= 0
    given_P = np.bincount(votes.person_R[inside], minlength=len(votes.people))
    done_P = drawn_P & (given_P == len(kept))
    if not done_P.any() or not kept:
        raise NotGiven("Nobody of the panel has voted on the whole shortlist yet.")
    mine = replace(
        votes,
        candidates=tuple(votes.candidates[place] for place in kept),
        texts=tuple(votes.texts[place] for place in kept),
        person_R=votes.person_R[inside],
        candidate_R=place_C[votes.candidate_R[inside]],
        value_R=votes.value_R[inside],
        seconds_R=None if votes.seconds_R is None else votes.seconds_R[inside],
    )
    return of_people(mine, done_P)


def choice_of(conversation: Conversation) -> Choice:
    """The conversation as lists of material show it."""
    return Choice(KIND, conversation.slug, conversation.title, conversation.community, conversation.get_absolute_url())


def listed(user: Any) -> list[Choice]:
    """Conversations the person runs."""
    return [choice_of(found) for found in Conversation.objects.run_by(user).select_related("community")]


def find(user: Any, key: str) -> Material | None:
    """One conversation that the person runs."""
    found = Conversation.objects.run_by(user).select_related("community").filter(slug=key).first()
    return ConversationMaterial(found) if found else None
