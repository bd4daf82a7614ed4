"""Boards that people put together from the catalogue of measures."""
