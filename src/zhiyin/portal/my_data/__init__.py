"""The customers' page of their own data: proven by a code, then seen, taken, corrected, erased."""
