"""Silent customers: who should have come by now, by how much, and what is done about it."""
