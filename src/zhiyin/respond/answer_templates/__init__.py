"""Words that answers are made from: kept in versions, filled from the case and the voice."""
