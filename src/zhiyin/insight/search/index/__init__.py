"""The index of words: pairs of neighbouring signs and the voices that hold them, beside the lake."""
