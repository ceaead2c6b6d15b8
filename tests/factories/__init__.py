"""Factories of every room's rows (factory_boy)."""
