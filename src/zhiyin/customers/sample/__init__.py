"""What this room brings to the sample company, and takes away with it."""
