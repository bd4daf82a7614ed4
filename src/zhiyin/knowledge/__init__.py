"""Articles of what the company knows, found as one types, and the check for plain language."""
