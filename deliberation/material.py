"""Conversations as material for aggregation and training."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aggregation.coded_groups import coded_groups
from aggregation.sources import Choice, Grouping, Material, NotGiven, Option, People, Question, Votes
from deliberation.models import Conversation, OpinionMap, Statement
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
        """The one question of every conversation."""
        return [AGREEMENT]

    def groupings(self) -> Sequence[Grouping]:
        """Opinion groups of the newest maps, and what people told about themselves."""
        return list(self._people.groupings.values())

    def votes(self, question: str) -> Votes:
        """Every current vote on a statement that is shown and not about the people themselves."""
        if question != AGREEMENT.key:
            raise NotGiven(f"A conversation has no question “{question}”.")
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
        )

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
