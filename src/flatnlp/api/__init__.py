"""What a user calls from Python, and the command line with it; a file per task."""
