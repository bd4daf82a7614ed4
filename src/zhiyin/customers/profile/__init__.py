"""One customer's whole story: timeline, portrait, relations, health."""
