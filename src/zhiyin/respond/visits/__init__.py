"""Visits of technicians: who comes when, with which parts, and how long it took."""
