"""Pages: speak, follow a case, and for staff the links."""
