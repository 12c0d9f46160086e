"""Tables, figures and the HTML page, made from the records that runs leave on disk."""
