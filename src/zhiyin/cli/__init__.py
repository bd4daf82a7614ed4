"""The `zhiyin` command: reads arguments, calls a door, prints. No rule lives here."""
