"""Which identities are one person: sightings, rules, links that can be undone."""
