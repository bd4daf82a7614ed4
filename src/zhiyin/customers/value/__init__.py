"""Value seen: what customers received, and how they are told of it."""
