"""What a user can get wrong is one sentence that says what to do, exit code 2, and nothing lost or left behind."""
