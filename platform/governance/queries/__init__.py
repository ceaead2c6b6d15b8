"""Named reads of the governance room; a module for each topic."""
