"""Voices like another one: near in words, and speaking of the same things in the same way."""
