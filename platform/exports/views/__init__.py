"""Pages of the exports room."""
