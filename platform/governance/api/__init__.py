"""REST windows of the governance room; a module for each topic."""
