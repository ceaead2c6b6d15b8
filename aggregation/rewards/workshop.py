"""The tensors and settings that all fits of one training share, and one fit from an empty model to a member."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from aggregation.rewards.data import Floats
from aggregation.rewards.ensemble import Member, RewardEnsemble, meet_raters, population
from aggregation.rewards.fit import Design, fit, learn_scales, start_interactions
from aggregation.rewards.hierarchy import Scales
from aggregation.rewards.model import RewardModel, Spec
from aggregation.rewards.prediction import TextArrays
from aggregation.rewards.problem import Problem
from aggregation.rewards.progress import Reporter
from aggregation.rewards.rows import Rows, fewer_pairs, pair_rows, point_rows
from aggregation.rewards.settings import Settings
from aggregation.rewards.trunk import KernelTrunk, LinearTrunk, MlpTrunk, Trunk, median_distance, unit_rows

__all__ = ["Base", "Settings", "Workshop"]


@dataclass(frozen=True)
class Base:
    """A model before it is folded, with the texts it reads."""

    model: RewardModel
    trunk: Trunk
    design: Design
    basis: torch.Tensor | None
    loss: float = float("nan")


class Workshop:
    """The tensors and settings that all fits of one training share."""

    def __init__(self, problem: Problem, settings: Settings, reporter: Reporter | None = None) -> None:
        problem.check()
        self.problem, self.settings = problem, settings
        self.reporter = reporter or Reporter(lambda _: None, 0.0)
        device = settings.device
        self.embeddings = unit_rows(torch.as_tensor(problem.embeddings, dtype=torch.float64, device=device))
        self.routes = None
        if problem.routes is not None:
            self.routes = unit_rows(torch.as_tensor(problem.routes, dtype=torch.float64, device=device))
        safe_item = np.zeros(0, dtype=np.int64) if problem.safe_item is None else problem.safe_item
        self.rows = Rows(
            point_rows(problem.train, threshold=problem.threshold, levels=problem.levels, device=device),
            pair_rows(problem.train_pairs, prefer=problem.prefer, device=device),
            torch.as_tensor(safe_item, device=device),
            torch.as_tensor(np.zeros(0) if problem.safe is None else problem.safe, device=device),
        )
        self.taught = torch.as_tensor(
            np.unique(np.concatenate([problem.train.item, problem.train_pairs.item_a, problem.train_pairs.item_b])),
            device=device,
        )
        self.unit = median_distance(self.embeddings[self.taught])
        self._bases: dict[float, tuple[KernelTrunk, torch.Tensor]] = {}
        self._features: dict[float, torch.Tensor] = {}
        self._all_pairs = self.rows.pairs

    def think_with_fewer_pairs(self) -> None:
        """While choosing, let some of each person's many pairs stand for all of them."""
        self.rows = replace(self.rows, pairs=fewer_pairs(self._all_pairs, seed=self.settings.seed))

    def learn_from_all_pairs(self) -> None:
        """Undo :meth:`think_with_fewer_pairs`."""
        self.rows = replace(self.rows, pairs=self._all_pairs)

    def features(self, trunk: Trunk) -> torch.Tensor:
        """What a trunk makes of the problem's texts; a kernel's are computed once for each bandwidth."""
        if not isinstance(trunk, KernelTrunk):
            found: torch.Tensor = trunk(self.embeddings)
            return found
        if trunk.bandwidth not in self._features:
            self._features[trunk.bandwidth] = trunk(self.embeddings)
        return self._features[trunk.bandwidth]

    @torch.no_grad()
    def read(self, ensemble: RewardEnsemble) -> list[TextArrays]:
        """Every member's scores of the problem's texts."""
        return [
            TextArrays.of(one.model.texts(self.features(one.trunk), self.embeddings, self.routes))
            for one in ensemble.members
        ]

    def spec(self, features: int) -> Spec:
        """The model's outline for a trunk of so many features."""
        plan, vocabularies = self.settings.plan, self.problem.vocabularies
        attributes = tuple((name, len(vocabulary)) for name, vocabulary in vocabularies.attributes)
        return Spec(
            dimensions=vocabularies.dimensions.levels,
            factors=(*attributes, ("context", len(vocabularies.contexts)), ("rater", len(vocabularies.raters))),
            embedding=self.embeddings.shape[1],
            features=features,
            rank=self.settings.rank,
            experts=self.settings.experts,
            cuts=max(len(self.problem.levels) - 1, 1) if plan.has("ordinal") else 1,
            sigma=plan.comparison == "distributional",
            safety=plan.has("safety"),
            ties=plan.ties,
            link=plan.link,
        )

    def trunk(self, bandwidth: float, seed: int) -> tuple[Trunk, torch.Tensor | None]:
        """A trunk and, for a kernel, the basis in which its penalty is the Gaussian process prior."""
        settings = self.settings
        if settings.trunk == "linear":
            return LinearTrunk(self.embeddings.shape[1]), None
        if settings.trunk == "mlp":
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                made = MlpTrunk(self.embeddings.shape[1], settings.hidden, settings.dropout)
            return made.to(torch.float64).to(settings.device), None
        if bandwidth not in self._bases:
            taught = self.taught
            if len(taught) > settings.landmarks:
                chosen = np.random.default_rng(settings.seed).choice(len(taught), settings.landmarks, replace=False)
                taught = taught[torch.as_tensor(np.sort(chosen), device=taught.device)]
            landmarks = self.embeddings[taught].to(torch.float32)
            kernel = KernelTrunk(landmarks, round(bandwidth * self.unit, 6))
            self._bases[bandwidth] = kernel, kernel.basis()
        return self._bases[bandwidth]

    def start(self, bandwidth: float, seed: int) -> Base:
        """An empty model with its design."""
        generator = torch.Generator().manual_seed(seed)
        trunk, basis = self.trunk(bandwidth, seed)
        features = self.features(trunk) if not isinstance(trunk, MlpTrunk) else self.embeddings
        if basis is not None:
            features = features @ basis
        width = trunk.width if basis is None else basis.shape[1]
        model = RewardModel(self.spec(width)).to(self.settings.device)
        if self.settings.experts > 1 or isinstance(trunk, MlpTrunk):  # experts that start equal stay equal
            with torch.no_grad():
                noise = torch.randn(model.weight.shape, generator=generator, dtype=torch.float64)
                model.weight.add_(0.1 * noise.to(self.settings.device))
        design = Design(features, self.embeddings, self.routes, trunk if isinstance(trunk, MlpTrunk) else None)
        return Base(model, trunk, design, basis)

    def member(self, fitted: RewardModel, base: Base, scales: Scales) -> Member:
        """Fold a fitted model and meet its raters again, each from all their training answers."""
        model, trunk = copy.deepcopy(fitted), base.trunk
        if base.basis is not None:
            model.fold(base.basis)
        people = population(model, scales, self.problem.profiles)
        with torch.no_grad():
            texts = TextArrays.of(model.texts(self.features(trunk), self.embeddings, self.routes))
        problem = self.problem
        known = problem.train.take(problem.train.rater >= 0)
        cut = 0.0
        if model.spec.cuts > 1:
            place = int(np.clip(np.searchsorted(problem.levels, problem.threshold) - 1, 0, model.spec.cuts - 1))
            cut = float(np.sort(model.cut.detach().cpu().numpy())[place])
        persons = len(problem.vocabularies.raters)
        model.forget_raters()
        return Member(
            model.eval(),
            trunk,
            people,
            meet_raters(model, texts, people, known, persons, problem.threshold, cut),
            base.loss,
        )

    def ensemble(self, members: Sequence[Member], scales: Scales) -> RewardEnsemble:
        """Join members into something that scores."""
        problem = self.problem
        spec = replace(members[0].model.spec, features=members[0].trunk.width)
        return RewardEnsemble(
            spec,
            scales,
            tuple(members),
            problem.vocabularies,
            problem.threshold,
            problem.levels,
            problem.prefer,
            problem.profiles[:, :-2],
        )

    def fitted(
        self,
        bandwidth: float,
        scales: Scales,
        rater_weight: Floats | None = None,
        *,
        seed: int = 0,
        base: Base | None = None,
    ) -> Member:
        """Fit one member, from scratch or from a ``base`` without interactions fitted to the same rows."""
        rows = self.rows if rater_weight is None else self.rows.weighted(rater_weight)
        turned = any(scales.slope) or any(scales.turn)
        if base is None:
            base = self.base(bandwidth, scales.without_interactions(), rater_weight, seed=seed)
        model = copy.deepcopy(base.model) if turned else base.model
        if turned:
            start_interactions(model, base.design, rows, scales)
            loss = self._fit(model, base.design, rows, scales, self.settings.steps // 2)
            base = replace(base, loss=loss)
        return self.member(model, base, scales)

    def base(self, bandwidth: float, scales: Scales, rater_weight: Floats | None = None, *, seed: int = 0) -> Base:
        """Fit a model without interactions."""
        base = self.start(bandwidth, seed)
        rows = self.rows if rater_weight is None else self.rows.weighted(rater_weight)
        return replace(base, loss=self._fit(base.model, base.design, rows, scales, self.settings.steps))

    def _fit(self, model: RewardModel, design: Design, rows: Rows, scales: Scales, steps: int) -> float:
        def step(done: int, loss: float) -> None:
            self.reporter.step(done, steps, loss)

        return fit(model, design, rows, self.settings.plan, scales, steps=steps, progress=step)

    def learnt_scales(self, bandwidth: float, scales: Scales) -> Scales:
        """The scales of severities by the evidence in all training answers."""
        if not len(self.problem.train):
            return scales
        base = self.start(bandwidth, 0)
        model, design = base.model, base.design
        return learn_scales(model, design, self.rows, self.settings.plan, scales, self.problem.profiles)
