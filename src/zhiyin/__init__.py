"""Zhiyin 知音: hears every voice of a company's customers, and closes the loop."""

__version__ = "0.1.0"
