"""Audit what a review rests on: the health of its sources, quotations that they lack, and sources that carry much.

The door is `audit.py`. Findings are those of `article.audit.finding`; each has a key of its own, which does not depend on where
it stands.
"""
