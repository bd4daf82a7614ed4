"""The story of a case that travels with it: what is known, tried and promised, so that nobody asks twice."""
