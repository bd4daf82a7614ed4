"""Turns logged items into facts: decrypt, decide, understand, store, record, acknowledge."""
