"""A small real run, stopped at every turn: it always goes on to the same end."""
