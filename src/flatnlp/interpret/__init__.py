"""Why a classifier answers as it does, and whether its reasons hold when words are swapped."""
