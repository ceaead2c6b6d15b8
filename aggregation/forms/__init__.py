"""Forms of the aggregation room."""
