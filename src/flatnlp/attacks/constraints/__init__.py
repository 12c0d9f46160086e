"""Constraints: which words an attack may change."""
