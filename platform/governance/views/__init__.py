"""The pages of the governance room; a module for each topic."""
