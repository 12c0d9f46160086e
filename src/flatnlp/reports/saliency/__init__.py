"""Which words of a text speak for and against a class: as records, in the terminal, and as HTML."""
