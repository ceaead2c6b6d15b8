"""What people answered, as the tables that reward models are trained from."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aggregation.rewards.recipe import Tables
from aggregation.sources import Material, Pairs, People, Question, Ratings, Votes

RATING_COLUMNS = ("item", "rater", "value", "text", "prompt", "dimension")
PAIR_COLUMNS = ("item_a", "item_b", "text_a", "text_b", "prompt", "rater", "preferred", "dimension")
PREFERRED = {1: "a", -1: "b", 0: "tie"}
VOTES_AS = "agreement"


@dataclass(frozen=True)
class Part:
    """One question of one conversation or study."""

    material: Material
    question: Question


@dataclass(frozen=True)
class Read:
    """The tables, whose answers are in them (ids of member rows), and the SHA-256 of what was read."""

    tables: Tables
    members: list[int]
    sha256: str


def read_parts(parts: Sequence[Part], groups: Sequence[str]) -> Read:
    """The answers to all chosen questions in one pair of tables.

    Comparisons are taken where a question has them, ratings or votes otherwise. With several materials the ids of
    people and items carry the material's key, for the same number means another person there.

    Raises
    ------
    aggregation.sources.NotGiven
        If a question has nothing that can be learnt from.
    """
    several = len({(part.material.choice.kind, part.material.choice.key) for part in parts}) > 1
    ratings, comparisons, members = [], [], set()
    for part in parts:
        prefix = f"{part.material.choice.key}/" if several else ""
        question = part.question
        if "pairs" in question.shapes:
            pairs = part.material.pairs(question.key)
            comparisons.append(_pair_rows(pairs, question, groups, prefix))
            people = pairs.people
        elif "ratings" in question.shapes:
            rated = part.material.ratings(question.key)
            ratings.append(_rating_rows(rated, question, groups, prefix))
            people = rated.people
        else:
            votes = part.material.votes(question.key)
            ratings.append(_vote_rows(votes, groups, prefix))
            people = votes.people
        members |= {member for member in people.member_P.tolist() if member >= 0}
    tables = Tables(
        _joined(ratings, (*RATING_COLUMNS, *groups)), _joined(comparisons, (*PAIR_COLUMNS, *groups)), tuple(groups)
    )
    digest = hashlib.sha256()
    for table in (tables.ratings, tables.comparisons):
        digest.update(table.to_csv(index=False).encode())
    return Read(tables, sorted(members), digest.hexdigest())


def _joined(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame({name: pd.Series(dtype=str) for name in columns})
    return pd.concat(frames, ignore_index=True)[list(columns)]


def _vote_rows(votes: Votes, groups: Sequence[str], prefix: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": [prefix + votes.candidates[place] for place in votes.candidate_R],
            "rater": [prefix + votes.people.ids[place] for place in votes.person_R],
            "value": [str(value) for value in votes.value_R.tolist()],
            "text": [votes.texts[place] for place in votes.candidate_R],
            "prompt": "",
            "dimension": VOTES_AS,
            **_group_columns(votes.people, votes.person_R, groups),
        }
    )


def _rating_rows(rated: Ratings, question: Question, groups: Sequence[str], prefix: str) -> pd.DataFrame:
    kept = np.flatnonzero(np.isfinite(rated.value_R))
    person, item = rated.person_R[kept], rated.item_R[kept]
    return pd.DataFrame(
        {
            "item": [prefix + rated.items[place] for place in item],
            "rater": [prefix + rated.people.ids[place] for place in person],
            "value": [f"{value:g}" for value in rated.value_R[kept].tolist()],
            "text": [rated.texts[place] for place in item],
            "prompt": [rated.prompts[place] for place in item],
            "dimension": question.key,
            **_group_columns(rated.people, person, groups),
        }
    )


def _pair_rows(pairs: Pairs, question: Question, groups: Sequence[str], prefix: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item_a": [prefix + pairs.items[place] for place in pairs.a_R],
            "item_b": [prefix + pairs.items[place] for place in pairs.b_R],
            "text_a": [pairs.texts[place] for place in pairs.a_R],
            "text_b": [pairs.texts[place] for place in pairs.b_R],
            "prompt": [pairs.prompts[place] for place in pairs.a_R],
            "rater": [prefix + pairs.people.ids[place] for place in pairs.person_R],
            "preferred": [PREFERRED[value] for value in pairs.preferred_R.tolist()],
            "dimension": question.key,
            **_group_columns(pairs.people, pairs.person_R, groups),
        }
    )


def _group_columns(
    people: People, person_R: "np.ndarray[tuple[int], np.dtype[np.intp]]", groups: Sequence[str]
) -> dict[str, list[str]]:
    columns = {}
    for key in groups:
        grouping = people.groupings.get(key)
        labels = grouping.labels() if grouping else ("",) * len(people)
        columns[key] = [labels[place] for place in person_R]
    return columns
