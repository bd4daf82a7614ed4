"""Pages on which customers find answers by themselves."""
