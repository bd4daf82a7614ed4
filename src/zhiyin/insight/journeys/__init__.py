"""Journeys: maps of a customer's way, as designed and as measured."""
