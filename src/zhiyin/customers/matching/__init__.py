"""Finding records and identities that are likely one person, with the evidence for it."""
