"""Places and times that more is said of than expected."""
