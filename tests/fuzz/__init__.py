"""Bad data by the thousand: what the readers make of files that are damaged, odd or hostile."""
