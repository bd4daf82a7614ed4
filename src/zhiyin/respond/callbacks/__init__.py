"""Call-backs: what was promised by telephone, and whether it was kept."""
