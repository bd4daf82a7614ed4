"""How the customer felt at each contact, as staff saw it: one to five stars beside the step."""
