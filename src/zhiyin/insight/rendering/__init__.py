"""The board as text for a terminal, in Chinese and English."""

from zhiyin.insight.rendering.page import render_board

__all__ = ["render_board"]
