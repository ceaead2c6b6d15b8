"""Rules that add up what groups gain: Nash welfare, leximin, utilitarian; and the Nash-optimal order.

Shapes: G groups, C options, O orders tried at once.
"""

from collections.abc import Callable
from itertools import islice, permutations

import numpy as np
from numpy.typing import NDArray

from aggregation.algorithms.rankings.profile import Floats, Profile, Ranking, Settings, order_by

EXACT = 8
"""Up to so many options every order is tried."""
_AT_ONCE = 4096
#: The welfare of each of some orders, given as an array of shape (O, C).
Welfare = Callable[[NDArray[np.intp]], Floats]


def utilitarian(profile: Profile, settings: Settings) -> Ranking:
    """Σ_g w_g u_g: the greatest mean utility first."""
    score = _weights(profile) @ profile.group_means()
    return Ranking(order_by(score), score)


def nash(profile: Profile, settings: Settings) -> Ranking:
    """Σ_g w_g log(u_g − zero + ε), told as exp of it (a weighted geometric mean) − ε.

    Raises
    ------
    ValueError
        If a utility lies under the zero.

    References
    ----------
    Nash (1950), The bargaining problem; Kaneko and Nakamura (1979), The Nash social welfare function.
    """
    gain = _gains(profile, settings)
    with np.errstate(divide="ignore"):
        score = np.exp(_weights(profile) @ np.log(gain)) - settings.epsilon
    return Ranking(order_by(score), score, {"zero": settings.zero, "epsilon": settings.epsilon})


def leximin(profile: Profile, settings: Settings) -> Ranking:
    """The option whose worst-off group is best off; then the second worst, and so on. Weights of groups do not matter.

    References
    ----------
    Sen (1970), Collective choice and social welfare; Rawls (1971).
    """
    means = profile.group_means()
    scale = max(1.0, float(np.abs(means).max()))
    sorted_GC = np.round(np.sort(means, axis=0) / scale, 12)
    order: list[list[int]] = []
    for option in np.lexsort(-sorted_GC[::-1]).tolist():
        if order and (sorted_GC[:, order[-1][0]] == sorted_GC[:, option]).all():
            order[-1].append(option)
        else:
            order.append([option])
    return Ranking(tuple(tuple(sorted(tied)) for tied in order), means.min(axis=0))


def nash_order(profile: Profile, settings: Settings) -> Ranking:
    """The whole order σ with the greatest Σ_g w_g log Σ_p δ_p u_g(σ_p), δ_p = 1 / log2(1 + p), p = 1, 2, …

    Every order is tried up to 8 options; beyond, the best of several local searches that move one option at a time.
    Of equally good orders the one with earlier columns first.

    Raises
    ------
    ValueError
        If a utility lies under the zero.
    """
    gain_GC, weight_G = _gains(profile, settings), _weights(profile)
    options = profile.n_options
    discount = 1 / np.log2(2 + np.arange(options))

    def welfare(orders_OC: NDArray[np.intp]) -> Floats:
        total_OG = np.zeros((len(orders_OC), len(gain_GC)))
        for place in range(options):
            total_OG += discount[place] * gain_GC[:, orders_OC[:, place]].T
        return np.asarray(np.log(total_OG) @ weight_G)

    exact = options <= EXACT
    best, value = _try_all(welfare, options) if exact else _search(welfare, options, gain_GC.T @ weight_G, settings)
    details = {"exact": exact, "welfare": value, "zero": settings.zero, "epsilon": settings.epsilon}
    return Ranking(tuple((int(option),) for option in best), None, details)


def _weights(profile: Profile) -> Floats:
    weight = profile.group_weights()
    return weight[weight > 0]


def _gains(profile: Profile, settings: Settings) -> Floats:
    if not settings.epsilon >= 0:
        raise ValueError(f"epsilon={settings.epsilon:g} should be >= 0")
    gain = profile.group_means() - settings.zero
    if gain.min() < 0:
        raise ValueError(f"utility {gain.min() + settings.zero:g} should be >= zero={settings.zero:g} for Nash welfare")
    return np.asarray(gain + settings.epsilon)


def _try_all(welfare: Welfare, options: int) -> tuple[NDArray[np.intp], float]:
    best, value = np.arange(options), -np.inf
    every = permutations(range(options))
    while chunk := list(islice(every, _AT_ONCE)):
        orders = np.array(chunk, dtype=np.intp)
        found = welfare(orders)
        place = int(np.argmax(found > found.max() - 1e-12))
        if found[place] > value + 1e-12:
            best, value = orders[place], float(found[place])
    return best, value


def _search(welfare: Welfare, options: int, start_C: Floats, settings: Settings) -> tuple[NDArray[np.intp], float]:
    rng = np.random.default_rng(settings.seed)
    best, value = np.arange(options), -np.inf
    for attempt in range(settings.restarts + 1):
        order = np.argsort(-start_C, kind="stable") if attempt == 0 else rng.permutation(options)
        held = float(welfare(order[None])[0])
        while True:
            moved = np.array([_move(order, a, b) for a in range(options) for b in range(options) if a != b])
            found = welfare(moved)
            place = int(found.argmax())
            if found[place] <= held + 1e-12:
                break
            order, held = moved[place], float(found[place])
        if held > value + 1e-12:
            best, value = order, held
    return best, value


def _move(order: NDArray[np.intp], a: int, b: int) -> NDArray[np.intp]:
    return np.insert(np.delete(order, a), b, order[a])
