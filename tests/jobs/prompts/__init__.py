"""Prompts of these tests."""
