"""Groups keep their names from one computation to the next.

References
----------
Kuhn (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2.
"""

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.intp]


def continue_labels(labels: Labels, previous: Labels) -> Labels:
    """Name each group after the earlier group with which it shares most members.

    Groups are matched one to one so that as many participants as possible keep their name; a group that shares nobody
    with a match takes the lowest free name.

    Parameters
    ----------
    labels, previous : arrays of shape (P,)
        Groups of the same participants, -1 for nobody's group.

    Returns
    -------
    array of shape (P,) with the same groups as ``labels`` under the names of ``previous``

    Raises
    ------
    ValueError
        If the two are not of the same length.
    """
    if labels.shape != previous.shape:
        raise ValueError(f"labels of {labels.size} and {previous.size} participants should be of the same participants")
    new_names, old_names = np.unique(labels[labels >= 0]), np.unique(previous[previous >= 0])
    if new_names.size == 0 or old_names.size == 0:
        return labels.copy()
    # Loaded here because its import takes longer than a small map, and only recomputations need it.
    from scipy.optimize import linear_sum_assignment

    both = (labels >= 0) & (previous >= 0)
    places = np.searchsorted(new_names, labels[both]) * old_names.size + np.searchsorted(old_names, previous[both])
    shared = np.bincount(places, minlength=new_names.size * old_names.size).reshape(new_names.size, old_names.size)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    names = np.full(new_names.size, -1, dtype=np.intp)
    matched = shared[rows, columns] > 0
    names[rows[matched]] = old_names[columns[matched]]
    free = iter(name for name in range(2 * new_names.size + 1) if name not in set(names.tolist()))
    for unnamed in np.flatnonzero(names < 0):
        names[unnamed] = next(free)
    continued = np.full_like(labels, -1)
    grouped = labels >= 0
    continued[grouped] = names[np.searchsorted(new_names, labels[grouped])]
    return continued


def group_letter(name: int) -> str:
    """The letters by which people know a group: A, B, ... Z, AA, AB, ..."""
    letters = ""
    name += 1
    while name > 0:
        name, rest = divmod(name - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
