"""Files that leave: how many rows need a second person's yes, and the mark that every file carries."""
