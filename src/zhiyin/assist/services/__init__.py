"""What this room does for others."""
