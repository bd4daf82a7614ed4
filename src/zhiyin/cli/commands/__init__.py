"""One module a command or group; each has `register(app)`."""
