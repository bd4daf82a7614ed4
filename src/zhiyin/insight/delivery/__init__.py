"""Messages to people and systems outside: destinations, the outbox, and what sends it."""
