"""What this room adds to the demonstration."""
