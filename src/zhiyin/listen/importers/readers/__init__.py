"""One module a file format; each registers itself."""
