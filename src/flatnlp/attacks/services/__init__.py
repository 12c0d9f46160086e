"""Services beside the victim: what answers the searches' questions about words and sentences."""
