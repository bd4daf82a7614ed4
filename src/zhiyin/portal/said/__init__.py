"""You said, we did: what customers said, what became of it, and whether it helped, for everybody to read."""
