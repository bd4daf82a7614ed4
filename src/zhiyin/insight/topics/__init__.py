"""New subjects in what customers say, without a word list."""
