"""Which statements somebody voted on: how far a copied selection exceeds what exposure and activity predict.

Statements are taken to stand in the order in which they were written, as they do in exports: nobody who left before a
statement was written could vote on it, so an account is only judged up to the last statement that it voted on.

Shapes: P participants, S statements, B ballots.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit

LEFT_OUT, ADDED = 0.1, 0.05
"""How often a copy leaves out a statement of its ballot, and how often it votes on another one, as assumed."""
_ROUNDS = 12
_PRIOR = 1.0
_NEAR = 1e-3
Single = NDArray[np.float32]
_SAME = float(np.log((1 - LEFT_OUT) / ADDED))
_LACKS = float(np.log(LEFT_OUT / (1 - ADDED)))


class SeenModel:
    """Who votes on what, by how active people are and how often each statement is shown, against a copied selection.

    Parameters
    ----------
    seen_PS : array of shape (P, S), 1 where a participant voted

    References
    ----------
    Rasch (1960). Probabilistic models for some intelligence and attainment tests: the model of two margins that
    predicts the selections.
    """

    def __init__(self, seen_PS: Single) -> None:
        self.seen_PS = seen_PS
        self.seen = csr_array(seen_PS)
        last = seen_PS.shape[1] - 1 - seen_PS[:, ::-1].argmax(axis=1)
        self.last_P = np.where(seen_PS.any(axis=1), last, -1)
        self.there_PS = (np.arange(seen_PS.shape[1]) <= self.last_P[:, None]).astype(np.float32)
        self.chance_PS = _two_margins(seen_PS, self.there_PS)
        log_seen, log_not = np.log(self.chance_PS), np.log1p(-self.chance_PS)
        self.expected_PS = (self.there_PS * (seen_PS * log_seen + (1 - seen_PS) * log_not)).astype(np.float32)

    def copied(
        self, ballot_S: Single, only_S: Single | None = None, *, rows: NDArray[np.intp] | None = None
    ) -> NDArray[np.float64]:
        """Log-likelihood ratio, (P,), of each selection as a copy of one ballot against the two margins.

        With ``only_S`` over these statements alone, with ``rows`` for these participants alone.
        """
        return np.asarray(self._ratio(ballot_S[None], None if only_S is None else only_S[None], rows)[0])

    def copied_by_each(self, ballots_BS: Single) -> NDArray[np.float64]:
        """The same for several ballots, (B, P)."""
        return self._ratio(ballots_BS)

    def beyond_outsiders(
        self, ballot_S: Single, free_P: NDArray[np.bool_], outsiders: int
    ) -> tuple[NDArray[np.float64], float]:
        """The same ratio, (P,), and what the ballot itself costs, both also against people who saw much the same.

        Those outside whose selection is nearest to the ballot's (chosen by every other statement for the remaining
        ones) say how often each statement is voted on by people who came at its time. Whatever explains an account
        better, they or the two margins, is what a copy has to exceed.

        Parameters
        ----------
        free_P : who may be such an outsider
        outsiders : how many of them
        """
        local_S = np.zeros(len(ballot_S))
        for half in (0, 1):
            only = np.ones_like(ballot_S)
            only[half::2] = 0
            like = np.where(free_P, self.copied(ballot_S, only), -np.inf)
            near = np.argsort(-like, kind="stable")[: min(outsiders, int(free_P.sum()))]
            there_S = self.there_PS[near].sum(axis=0) + 2
            prior_S = 2 * self.chance_PS.mean(axis=0)
            local_S[half::2] = ((self.seen_PS[near].sum(axis=0) + prior_S) / there_S)[half::2]
        local_S = np.clip(local_S, _NEAR, 1 - _NEAR)
        until = self._until(ballot_S[None])[0]
        log_seen = (np.log(local_S) * until).astype(np.float32)
        log_not = (np.log1p(-local_S) * until).astype(np.float32)
        by_outsiders = self.seen_PS @ (log_seen - log_not) + self.there_PS @ log_not
        by_margins = self.expected_PS @ until
        ratio = self.copied(ballot_S) + by_margins - np.maximum(by_margins, by_outsiders)
        cost = -float(ballot_S @ log_seen + (1 - ballot_S) @ log_not)
        return ratio, cost

    def _ratio(
        self, ballots_BS: Single, only_BS: Single | None = None, rows: NDArray[np.intp] | None = None
    ) -> NDArray[np.float64]:
        seen, last_P, expected_PS = self.seen, self.last_P, self.expected_PS
        if rows is not None:
            seen, last_P, expected_PS = seen[rows], last_P[rows], expected_PS[rows]
        asked_BS = self._until(ballots_BS) if only_BS is None else self._until(ballots_BS) * only_BS
        chosen_BS = ballots_BS * asked_BS
        both, of_account = (seen @ chosen_BS.T).T, (seen @ asked_BS.T).T
        of_ballot, asked = _up_to(chosen_BS, last_P), _up_to(asked_BS, last_P)
        return np.asarray(
            both * _SAME
            + (of_ballot - both) * _LACKS
            + of_account * np.log(ADDED)
            + (asked - of_account) * np.log1p(-ADDED)
            - asked_BS @ expected_PS.T
        )

    @staticmethod
    def _until(ballots_BS: Single) -> Single:
        """1 up to the last statement of each ballot."""
        return np.maximum.accumulate(ballots_BS[:, ::-1], axis=1)[:, ::-1]


def _up_to(values_BS: Single, last_P: NDArray[np.intp]) -> Single:
    """Sums over the statements up to each participant's last one, (B, P)."""
    sums_BS = np.cumsum(values_BS, axis=1)
    return np.where(last_P < 0, np.float32(0), sums_BS[:, last_P])


def _two_margins(seen_PS: Single, there_PS: Single) -> Single:
    """P(voted on) by an activity per participant and an exposure per statement, by alternating Newton steps."""
    activity_P = np.zeros(len(seen_PS))
    exposure_S = np.zeros(seen_PS.shape[1])
    for _ in range(_ROUNDS):
        chance = expit(activity_P[:, None] + exposure_S)
        miss, spread = there_PS * (seen_PS - chance), there_PS * chance * (1 - chance)
        activity_P += np.clip((miss.sum(axis=1) - 0.1 * activity_P) / (spread.sum(axis=1) + _PRIOR), -2, 2)
        chance = expit(activity_P[:, None] + exposure_S)
        miss, spread = there_PS * (seen_PS - chance), there_PS * chance * (1 - chance)
        exposure_S += np.clip((miss.sum(axis=0) - 0.1 * exposure_S) / (spread.sum(axis=0) + _PRIOR), -2, 2)
    return np.clip(expit(activity_P[:, None] + exposure_S), _NEAR, 1 - _NEAR).astype(np.float32)
