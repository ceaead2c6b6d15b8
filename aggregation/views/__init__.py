"""Pages of the aggregation room."""
