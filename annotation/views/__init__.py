"""The pages of this room: answering, one's own answers, and setting a study up."""
