"""The flow of a case: its steps by ISO 10002, questions, holds, haste, merging, splitting and groups."""
