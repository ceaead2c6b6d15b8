"""Everything in this room that writes; a module for each topic."""
