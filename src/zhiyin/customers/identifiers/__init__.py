"""Identifiers of people: sealed, shown covered, opened with a reason, and stood for by pseudonyms."""
