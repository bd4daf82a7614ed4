"""What a matter costs the customer: asked for again what was known, told again what had been told."""
