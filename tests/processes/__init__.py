"""Several processes do what one does."""
