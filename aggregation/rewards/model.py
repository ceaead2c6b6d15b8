"""The factorised reward model: what a text is worth, and how levels of people shift and turn that.

For dimension d, text x and a person with levels g_f of the factors f (attributes, context, and the person as the last):

    mu_d(x | g) = s_d(x) + sum_f b_{f, g_f, d} + q_d(x) . sum_f c_{f, g_f}

s is a head on the trunk's features; b are severities; q_d(x) holds the slope coordinate s_d(x) itself (a level may
stretch or turn what everybody sees) and R learnt directions of the embedding. A withheld or unknown level adds zero.

Shapes: N rows, T texts, E embedding, F features, D dimensions, K experts, C coordinates (slope + R), L levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from aggregation.rewards.plan import Link, Ties

SIGMA_FLOOR = 0.05


@dataclass(frozen=True)
class Spec:
    """What is modelled: enough to rebuild an empty model."""

    dimensions: tuple[str, ...]
    factors: tuple[tuple[str, int], ...]  # (name, number of levels); the rater is the last
    embedding: int
    features: int
    slope: bool = True
    rank: int = 2
    experts: int = 1
    cuts: int = 1  # cut points of the ordinal loss; 1 for yes/no at one threshold
    sigma: bool = False
    safety: bool = False
    ties: Ties = "none"
    link: Link = "logit"

    @property
    def coordinates(self) -> int:
        """C, how many coordinates a level has."""
        return int(self.slope) + self.rank


@dataclass(frozen=True)
class TextScores:
    """All that depends on the text alone, computed once per text."""

    score: Tensor  # (T, D, K)
    turn: Tensor  # (T, D, C) the coordinates q
    log_gate: Tensor  # (T, K) log mixing probabilities
    sigma: Tensor | None  # (T, D)
    safety: Tensor | None  # (T,)

    @property
    def mean_score(self) -> Tensor:
        """Gate-averaged score, (T, D)."""
        return (self.score * self.log_gate.exp()[:, None, :]).sum(2)


@dataclass(frozen=True)
class Who:
    """Whose rows they are: distinct combinations of levels, looked up once each, and the combination of each row."""

    profiles_PL: Tensor
    profile_N: Tensor

    @classmethod
    def of(cls, codes_NL: Tensor) -> "Who":
        """Find the distinct rows of codes."""
        return cls(*torch.unique(codes_NL, dim=0, return_inverse=True))


class RewardModel(nn.Module):
    """Heads and level tables of one member of the ensemble, in double precision."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.spec = spec
        d, k, f = len(spec.dimensions), spec.experts, spec.features

        def zeros(*shape: int) -> nn.Parameter:
            return nn.Parameter(torch.zeros(*shape, dtype=torch.float64))

        self.weight = zeros(f, d, k)
        self.bias = zeros(d, k)
        self.direction = zeros(spec.embedding, d, spec.rank)
        self.cut = nn.Parameter(torch.arange(spec.cuts, dtype=torch.float64))
        self.severity = nn.ParameterList([zeros(levels, d) for _, levels in spec.factors])
        self.coordinate = nn.ParameterList([zeros(levels, spec.coordinates) for _, levels in spec.factors])
        self.turns = [True] * len(spec.factors)
        self.shares: list[Tensor | None] = [None] * len(spec.factors)
        self.gate = zeros(spec.embedding, k)
        self.sigma_weight, self.sigma_bias = zeros(f, d), zeros(d)
        self.safety_weight, self.safety_bias = zeros(f), zeros(1)
        self.tie = zeros(1)

    def texts(
        self, features_TF: Tensor, embeddings_TE: Tensor, routes_TE: Tensor | None = None, *, turned: bool = True
    ) -> TextScores:
        """Score every text once; ``routes`` are the prompts' embeddings where the mixture is routed by the prompt.

        Where it is known that no level turns anything, ``turned=False`` leaves the coordinates at zero.
        """
        spec = self.spec
        plain = torch.einsum("tf,fdk->tdk", features_TF, self.weight)
        if spec.experts > 1:
            log_gate = torch.log_softmax((embeddings_TE if routes_TE is None else routes_TE) @ self.gate, dim=1)
        else:
            log_gate = plain.new_zeros(len(plain), 1)
        turns = []
        if not turned:
            turns.append(plain.new_zeros(1, 1, 1).expand(len(plain), len(spec.dimensions), spec.coordinates))
        else:
            if spec.slope:
                turns.append((plain * log_gate.exp()[:, None, :]).sum(2)[:, :, None])
            if spec.rank:
                turns.append(torch.einsum("te,edr->tdr", embeddings_TE, self.direction))
        empty = plain.new_zeros(len(plain), len(spec.dimensions), 0)
        softplus = torch.nn.functional.softplus
        return TextScores(
            score=plain + self.bias,
            turn=torch.cat(turns, dim=2) if turns else empty,
            log_gate=log_gate,
            sigma=softplus(features_TF @ self.sigma_weight + self.sigma_bias) + SIGMA_FLOOR if spec.sigma else None,
            safety=features_TF @ self.safety_weight + self.safety_bias if spec.safety else None,
        )

    def forget_raters(self) -> None:
        """Drop the tables of single persons, who are kept as posteriors beside the model."""
        self.spec = replace(self.spec, factors=(*self.spec.factors[:-1], (self.spec.factors[-1][0], 0)))
        for tables in (self.severity, self.coordinate):
            tables[-1] = nn.Parameter(tables[-1].detach()[:0].clone())

    def turning(self) -> list[int]:
        """Factors whose coordinates are in use; the others are zero and need not be looked up."""
        return [place for place, on in enumerate(self.turns) if on and self.spec.factors[place][1]]

    def centred(self, place: int) -> Tensor:
        """A factor's coordinates less their mean over the answers; a level without answers stays at zero.

        Were all slopes free to rise together, they would undo the penalty on the common score.
        """
        table: Tensor = self.coordinate[place]
        share = self.shares[place]
        return table if share is None else table - (share > 0).to(table)[:, None] * (share @ table)

    @torch.no_grad()
    def settle(self) -> None:
        """Write the centring into the tables."""
        for place in self.turning():
            self.coordinate[place].copy_(self.centred(place))
        self.shares = [None] * len(self.shares)

    def summed(self, tables: Sequence[Tensor], codes_NL: Tensor, places: list[int]) -> Tensor:
        """Sum of each row's levels in these factors' tables, (N, width); a code of -1 adds nothing."""
        total = self.bias.new_zeros(len(codes_NL), tables[0].shape[1])
        for found, place in zip(tables, places, strict=True):
            table = torch.cat([found, found.new_zeros(1, found.shape[1])])
            total = total + table.index_select(0, codes_NL[:, place].remainder(len(table)))
        return total

    def latent(self, texts: TextScores, item_N: Tensor, who: Who, dimension_N: Tensor) -> Tensor:
        """mu of each row per expert, (N, K)."""
        places = [place for place, (_, levels) in enumerate(self.spec.factors) if levels]
        severity = self.summed([self.severity[place] for place in places], who.profiles_PL, places)
        latent, turn = self._of_texts(texts, item_N, dimension_N)
        shift = severity.flatten().index_select(0, who.profile_N * severity.shape[1] + dimension_N)
        return latent + self._turned(turn, who) + shift[:, None]

    def difference(self, texts: TextScores, item_a: Tensor, item_b: Tensor, who: Who, dimension_N: Tensor) -> Tensor:
        """mu(a) - mu(b) for one person, (N, K): severities cancel and are never looked up."""
        latent_a, turn_a = self._of_texts(texts, item_a, dimension_N)
        latent_b, turn_b = self._of_texts(texts, item_b, dimension_N)
        return latent_a - latent_b + self._turned(turn_a - turn_b, who)

    def _of_texts(self, texts: TextScores, item_N: Tensor, dimension_N: Tensor) -> tuple[Tensor, Tensor]:
        """Scores (N, K) and coordinates (N, C; none where no level turns) of one text and dimension each.

        One flat lookup for both, because its gradient is several times faster than that of an indexed one.
        """
        experts, dimensions = texts.score.shape[2], texts.score.shape[1]
        table = torch.cat([texts.score, texts.turn], dim=2) if self.turning() else texts.score
        found = table.flatten(0, 1).index_select(0, item_N * dimensions + dimension_N)
        return found[:, :experts], found[:, experts:]

    def _turned(self, turn_NC: Tensor, who: Who) -> Tensor:
        """q . c of each row, (N, 1)."""
        turning = self.turning()
        if not turning:
            return turn_NC.new_zeros(1, 1)
        coordinate = self.summed([self.centred(place) for place in turning], who.profiles_PL, turning)
        return (turn_NC * coordinate.index_select(0, who.profile_N)).sum(1, keepdim=True)

    @torch.no_grad()
    def fold(self, basis_ZF: Tensor) -> None:
        """Re-express the heads in the trunk's raw features, so that the basis need not be kept."""
        self.weight = nn.Parameter(torch.einsum("zf,fdk->zdk", basis_ZF, self.weight))
        self.sigma_weight = nn.Parameter(basis_ZF @ self.sigma_weight)
        self.safety_weight = nn.Parameter(basis_ZF @ self.safety_weight)
