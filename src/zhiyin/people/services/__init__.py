"""What changes accounts, roles and org units."""
