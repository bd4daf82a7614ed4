"""What Home says: the answer, what needs attention, the figures, the first steps."""
