"""Events of customers in the Segment form: taken in durably, told apart by their ids, made into facts."""
