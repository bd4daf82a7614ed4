"""Recordings to words: decoding, pieces of speech, and the recogniser that an installation sets."""
