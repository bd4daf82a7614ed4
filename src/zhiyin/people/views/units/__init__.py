"""The pages of the tree of units."""
