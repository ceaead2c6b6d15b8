"""Prompts of the aggregation room; see :mod:`jobs.language.prompts`."""
