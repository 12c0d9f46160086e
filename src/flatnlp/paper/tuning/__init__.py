"""Hyper-parameter search over the paper's ranges, on development data alone."""
