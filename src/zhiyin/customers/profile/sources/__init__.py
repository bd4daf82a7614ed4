"""What lower rooms know of a customer, as entries of the timeline."""
