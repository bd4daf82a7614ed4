"""Photos and recordings of customers: taken in, cleaned, kept encrypted, shown to staff, erased."""
