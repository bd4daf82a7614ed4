"""The sample company's cases: opened, handed on, answered and promised as people would, and taken away."""
