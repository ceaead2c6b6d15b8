"""A made-up community that shows every page with something on it; everything in it is marked synthetic."""
