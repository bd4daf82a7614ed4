"""Segments: customers chosen by nested conditions on what they are and did, living or as on a day."""
