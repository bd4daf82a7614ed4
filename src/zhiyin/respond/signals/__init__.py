"""Signals that open cases: which of them do, by whose rule, and which case came of which signal."""
