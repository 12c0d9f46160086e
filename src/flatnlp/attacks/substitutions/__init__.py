"""Substitutions: what a word may become."""
