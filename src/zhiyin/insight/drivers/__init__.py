"""Why: what moves an outcome, from facts and from tables of survey answers."""
