"""Statistics of the imported groupings are those of red-dwarf 0.4.0, on every real conversation."""

import numpy as np
import pandas as pd
import pytest
from reddwarf.utils.consensus import select_consensus_statements
from reddwarf.utils.stats import (
    calculate_comment_statistics_dataframes,
    populate_priority_calculations_into_statements_df,
    select_representative_statements,
)

from aggregation.algorithms.opinion import GroupStatistics, VoteMatrix, describe_groups, map_opinions
from aggregation.algorithms.opinion.space import opinion_space
from deliberation.formats import PolisFolder
from tests.aggregation.algorithms.opinion.conversations import conversation
from tests.deliberation.formats.conversations import REAL_FOLDERS

REPRESENTATIVE = ("repful-for", "n-success", "n-trials", "p-success", "p-test", "repness", "repness-test")
FIGURES = {"agree": ["na", "ns", "pa", "pat", "ra", "rat"], "disagree": ["nd", "ns", "pd", "pdt", "rd", "rdt"]}
CONSENSUS = ("n-success", "n-trials", "p-success", "p-test")


def imported_labels(folder: PolisFolder) -> np.ndarray:
    return np.array([int(group) if group else -1 for group in folder.group_ids])


def described(folder: PolisFolder, labels: np.ndarray) -> GroupStatistics:
    return describe_groups(folder.votes, labels, moderated_out=np.isin(folder.statements, folder.moderated_out))


def compare(folder: PolisFolder, labels: np.ndarray) -> None:
    """Hold all statistics of one grouping against red-dwarf's."""
    columns = [int(statement) for statement in folder.statements]
    out = [int(statement) for statement in folder.moderated_out]
    frame = pd.DataFrame(folder.votes, columns=pd.Index(columns, name="statement_id"))
    grouped = labels >= 0
    by_group, by_statement = calculate_comment_statistics_dataframes(frame[grouped], labels[grouped])
    found = described(folder, labels)

    np.testing.assert_array_equal(found.group_informed_consensus, by_statement["group-aware-consensus"])
    expected = select_representative_statements(by_group, mod_out_statement_ids=out)
    assert set(found.representative) == set(expected)
    for group, chosen in found.representative.items():
        ours = {
            columns[s.statement]: (s.direction, s.count, s.seen, s.probability, s.probability_z, s.ratio, s.ratio_z)
            for s in chosen
        }
        theirs = {s["tid"]: tuple(s[name] for name in REPRESENTATIVE) for s in expected[group]}
        stated = by_group.loc[group]
        for statement, (direction, *figures) in ours.items():
            assert figures == stated.loc[statement, FIGURES[direction]].tolist()
        assert_same_but_for_ties(ours, theirs)
    majority = select_consensus_statements(frame, mod_out_statement_ids=out)
    for direction, side in (("agree", found.consensus.agree), ("disagree", found.consensus.disagree)):
        ours = {columns[s.statement]: (s.count, s.seen, s.probability, s.z) for s in side}
        for statement, (count, seen, *_) in ours.items():
            votes = frame[statement]
            assert (count, seen) == ((votes == (1 if direction == "agree" else -1)).sum(), votes.notna().sum())
        assert_same_but_for_ties(ours, {s["tid"]: tuple(s[name] for name in CONSENSUS) for s in majority[direction]})


def assert_same_but_for_ties(ours: dict[int, tuple], theirs: dict[int, tuple]) -> None:
    """The same figures at every place, and the same statement wherever a place's figures are not those of another.

    Red-dwarf sorts with numpy's quicksort, which orders equals differently from processor to processor; ours takes the
    earlier statement first. So a statement may stand in for another only if both have equal figures.
    """
    assert list(ours.values()) == list(theirs.values())
    for (one, figures), other in zip(ours.items(), theirs, strict=True):
        if one != other:
            tied = sorted(statement for statement, found in ours.items() if found == figures)
            assert [statement for statement, found in ours.items() if found == figures] == tied


@pytest.mark.parametrize("name", REAL_FOLDERS)
def test_imported_groups_stand_for_what_red_dwarf_finds(shared_data, name: str) -> None:
    folder = conversation(shared_data, name)
    compare(folder, imported_labels(folder))


@pytest.mark.parametrize("name", ["brexit-consensus", "london.youth.policing", "football-concussions"])
def test_groups_drawn_at_random_too(shared_data, name: str) -> None:
    """Nothing qualifies in most of these groups, so the rules for the best of the rest are tried."""
    folder = conversation(shared_data, name)
    for groups, seed in ((1, 0), (2, 1), (3, 2), (5, 3)):
        compare(folder, np.random.default_rng(seed).integers(groups, size=len(folder.participants)))


def test_priorities_are_those_of_red_dwarf(shared_data) -> None:
    folder = conversation(shared_data, "scoop-hivemind.biodiversity")
    labels = imported_labels(folder)
    moderated = np.isin(folder.statements, folder.moderated_out)
    found = map_opinions(folder.votes, moderated_out=moderated, groups=labels, stability_resamples=0)
    space = opinion_space(VoteMatrix.from_dense(folder.votes), moderated=moderated)
    loadings = (1 - space.means) * space.components * np.sqrt(len(folder.statements))
    statements = pd.DataFrame(loadings.T, columns=["x", "y"]).assign(is_meta=False)
    theirs = populate_priority_calculations_into_statements_df(statements, pd.DataFrame(folder.votes[labels >= 0]))
    np.testing.assert_allclose(found.statistics.priorities, theirs["priority"].to_numpy(float), rtol=1e-12)
