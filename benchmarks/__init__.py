"""Benchmarks: what the algorithms cost, beside other implementations on the same work."""
