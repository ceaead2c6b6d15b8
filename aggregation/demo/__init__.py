"""The demonstration of the aggregation room."""
