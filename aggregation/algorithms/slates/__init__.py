"""Proportional slates: rules that choose k statements so that every large enough group is represented.

Approval rules take :class:`Approvals`; matching rules (generative social choice) take utilities. Each rule is listed in
:mod:`aggregation.algorithms.rules`; the checkers that certify a slate are in :mod:`.justified` and :mod:`.balanced`.
"""
