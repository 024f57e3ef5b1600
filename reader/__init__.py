"""Claim Reader: read an article beside its references, mark its claims, judge and tag them, keep and export the result."""

__version__ = "0.1.0"
