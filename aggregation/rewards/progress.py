"""How far a training is, told after every step, and the way to stop it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

HELD_OUT_STAGES = ("text", "groups")  # their loss is that of held-out answers; elsewhere it is the training objective


class Stopped(Exception):  # a wish, not an error
    """Raised by whoever listens, to stop a training; what is finished stays in the checkpoint."""


@dataclass(frozen=True)
class Event:
    """One thing to tell whoever waits.

    stage "fit" is one step of one fit (``name`` says which fit); "text" and "groups" are candidates tried on held-out
    answers; "scales" is the hierarchy learnt; "calibration" is a fit without a part of the texts; "member" is one
    member of the ensemble finished.
    """

    stage: str
    done: int
    of: int
    loss: float
    name: str = ""
    fraction: float = 0.0  # of the whole training, 0 to 1


Listen = Callable[[Event], object]


@dataclass
class Reporter:
    """Turns finished fits into events with a fraction of the whole."""

    listen: Listen
    planned: float  # full-size fits that the whole training is expected to take
    spent: float = 0.0
    name: str = ""

    @property
    def fraction(self) -> float:
        """How much of the training is over."""
        return min(round(self.spent / self.planned, 6), 1.0) if self.planned else 1.0

    def step(self, done: int, of: int, loss: float) -> None:
        """One step of the running fit."""
        self.listen(Event("fit", done, of, loss, self.name, self.fraction))

    def finished(self, stage: str, done: int, of: int, loss: float, *, cost: float, name: str = "") -> None:
        """One unit of work worth ``cost`` full-size fits."""
        self.spent += cost
        self.listen(Event(stage, done, of, loss, name or self.name, self.fraction))


@dataclass
class Curves:
    """A listener that keeps what a page draws: objective by step of each fit, held-out loss of each candidate.

    >>> curves = Curves()
    >>> curves(Event("fit", 1, 60, 0.7, "member 1", 0.5))
    >>> curves.as_dict()["fits"]
    {'member 1': [[1, 0.7]]}
    """

    fits: dict[str, list[list[float]]] = field(default_factory=dict)
    held_out: list[dict[str, Any]] = field(default_factory=list)
    fraction: float = 0.0

    def __call__(self, event: Event) -> None:
        self.fraction = event.fraction
        if event.stage == "fit":
            self.fits.setdefault(event.name, []).append([event.done, event.loss])
        elif event.stage in HELD_OUT_STAGES:
            self.held_out.append({"stage": event.stage, "name": event.name, "loss": event.loss})

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"fits": self.fits, "held_out": self.held_out, "fraction": self.fraction}
