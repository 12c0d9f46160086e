"""flatnlp beside other libraries, each in a file of its name; none is imported before it is asked for."""
