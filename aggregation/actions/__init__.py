"""What writes in the aggregation room."""
