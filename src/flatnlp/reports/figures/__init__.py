"""The paper's figures from plain data: a picture that prints in black and white, and the data behind it."""
