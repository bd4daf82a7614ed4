"""Who speaks: identities, links that can be undone, profile, segments, consents, rights."""
