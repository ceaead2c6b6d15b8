"""One ranking, or one winner, where one decision binds everyone.

Every rule takes a :class:`.profile.Profile` and :class:`.profile.Settings` and returns a :class:`.profile.Ranking`, and
is listed in :mod:`aggregation.algorithms.rules`. :mod:`.axiom_report` says what held of a ranking.
"""
