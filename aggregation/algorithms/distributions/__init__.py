"""Distributional pluralism: how each group's answers are spread, how surely we know it, and how far another is from it.

:func:`describe_answers` counts and estimates, :mod:`.distances` compares, :func:`.comparison.compare_answers` does both
with intervals over participants.
"""
