"""Competitors: what customers say of them, and where they are compared with us."""
