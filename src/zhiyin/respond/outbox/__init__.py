"""Answers on their way out: what a channel allows, who has to read them first, who carries them."""
