"""Overton pluralism: the reasonable viewpoints on a question, and which of them a response covers.

:mod:`.viewpoints` finds them from how people judge each other's statements, :mod:`.scores` measures coverage,
:mod:`.adjusted` compares several models over the same questions.
"""
