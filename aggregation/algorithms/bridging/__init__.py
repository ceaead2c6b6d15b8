"""Bridging: what groups that otherwise disagree agree on.

:func:`.agreement.measure_bridging` gives group-informed consensus and the least group agreement; :mod:`.factorisation`
is a diagnostic beside them.
"""
