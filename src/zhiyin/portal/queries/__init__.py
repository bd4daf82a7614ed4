"""What reads: links, the sender's name, a case as its customer sees it."""
