"""What changes data of this room."""
