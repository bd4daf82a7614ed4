"""The HTTP edge of intake: Starlette, in the same process as Django, some fifteen times quicker."""
