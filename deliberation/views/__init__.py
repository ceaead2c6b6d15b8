"""The pages of this room: taking part, the results, and running a conversation."""
