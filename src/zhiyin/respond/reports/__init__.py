"""What cases say in sum: how they were solved, handed about, reopened and kept in time; one row a case."""
