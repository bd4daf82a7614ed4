"""One module a recogniser, registering itself."""
