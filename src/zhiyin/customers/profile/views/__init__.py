"""The pages of one customer and the list of customers."""
