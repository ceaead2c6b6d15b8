"""The shape of what people send in this room; the actions decide."""
