"""Words cut to what a destination takes, counted in UTF-8 bytes, at the end of a sentence."""

from __future__ import annotations

_ENDS = "。！？；!?;\n"
_LEAST_SHARE = 0.5
_MORE = "…"


def cut(text: str, *, max_bytes: int, tail: str = "") -> str:
    """The text and then `tail` (a link), in at most `max_bytes`; cut at the end of a sentence near by.

    The tail stands whole or, where it alone is too long, not at all. Never cut within a character.

    >>> cut("好。很好。非常好。", max_bytes=20)
    '好。很好。…'
    """
    if len((text + tail).encode()) <= max_bytes:
        return text + tail
    room = max_bytes - len(f"{_MORE}{tail}".encode())
    if room <= 0:
        return cut(text, max_bytes=max_bytes) if tail else ""
    return _at_sentence(text.encode()[:room].decode(errors="ignore")) + _MORE + tail


def _at_sentence(piece: str) -> str:
    end = max(piece.rfind(sign) for sign in _ENDS)
    dot = piece.rfind(". ")
    end = max(end, dot)
    is_late = end + 1 >= len(piece) * _LEAST_SHARE
    return (piece[: end + 1] if is_late else piece).rstrip()


def escape_markdown(text: str) -> str:
    """Plain words as Markdown shows them: what would be read as a mark gets a backslash.

    >>> escape_markdown("a*b [c]")
    'a\\\\*b \\\\[c\\\\]'
    """
    return "".join(f"\\{sign}" if sign in "\\*_`[]<>#" else sign for sign in text)
