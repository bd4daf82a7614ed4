"""One list of all who wait for an answer, and the page on which a voice is answered."""
