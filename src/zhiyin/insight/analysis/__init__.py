"""Understanding a file without storing anything: read, analyse, write."""
