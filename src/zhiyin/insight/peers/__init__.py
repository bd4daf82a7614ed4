"""How a unit stands among others, without saying which others."""
