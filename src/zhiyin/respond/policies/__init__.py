"""Policies: what may be granted, to whom and why; who has to agree; what was given."""
