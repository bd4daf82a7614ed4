"""Whether it is really solved: the customer is asked, and what a “no” brings."""
