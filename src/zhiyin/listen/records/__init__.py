"""Facts beside voices: purchases, contacts and inspections, taken in as batches of rows."""
