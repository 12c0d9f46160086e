"""The paper as data: its grid of tables, its published numbers, its claims, and what reproduces them."""
