"""Integrity of a conversation: signals of copied, careless or coordinated voting, for a person to judge.

:mod:`.rings` finds ballots that agree far over what like-minded people show, :mod:`.signals` the rest,
:mod:`.inspection` puts them together, with results with and without the flagged.
"""
