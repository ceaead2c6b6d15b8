"""What a training will cost, before anything is computed."""

import time
from dataclasses import replace

import numpy as np
import pytest

from aggregation.rewards.cost import estimate
from aggregation.rewards.training import train
from aggregation.rewards.workshop import Settings
from tests.aggregation.rewards.planted import planted


def test_more_of_anything_costs_more() -> None:
    small, large = planted(raters=40, texts=60, each=20).problem, planted(raters=80, texts=120, each=40).problem
    less, more = estimate(small.sizes), estimate(large.sizes, replace(Settings(), members=7))
    assert less.training_seconds < more.training_seconds
    assert less.memory_bytes < more.memory_bytes
    assert estimate(small.sizes, texts_to_encode=260).embedding_seconds == pytest.approx(10.0)
    unknown = replace(small, embeddings=np.zeros_like(small.embeddings))
    assert estimate(unknown.sizes) == less


def test_the_estimate_is_of_the_right_size() -> None:
    """Within a factor of ten of the processor's time, so that a loaded machine does not fail it."""
    problem, settings = planted(raters=60, texts=100, each=30).problem, Settings(members=2, steps=40)
    train(problem, replace(settings, members=1, steps=2))  # libraries load
    start = time.process_time()
    train(problem, settings)
    assert 0.1 < estimate(problem.sizes, settings).training_seconds / (time.process_time() - start) < 10
