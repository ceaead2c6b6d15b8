"""The demonstration's studies: made-up cases, answered by made-up people who do not agree."""
