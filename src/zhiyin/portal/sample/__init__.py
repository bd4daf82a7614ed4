"""What customers of the sample company do on their pages, and what the company tells them there."""
