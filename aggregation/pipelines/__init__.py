"""From the arrays of a question to the result of a run: no database, no web.

Each pipeline is a module with ``compute(arrays, parameters, *, seed, tell) -> Outcome``; :mod:`.methods` lists them.
"""
