"""A page to try models on: one's own sentences, several models side by side, attacks a word at a time."""
