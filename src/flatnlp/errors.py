"""The one exception for what a user can mend."""


class FlatnlpError(Exception):
    """Bad input or a missing outside thing, said in one sentence.

    The sentence tells what was wrong, where (file, line, column) and what to do. The command line prints it and exits
    with 2; it is never shown with a traceback. Programming errors are other exceptions.
    """
