"""Prompts of the annotation room, each version a file of its own (:mod:`jobs.language.prompts`)."""
