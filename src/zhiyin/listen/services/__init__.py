"""What takes voices in and changes them."""
