"""Rank the passages of a source for a claim. Door: `ranking.Passages`."""
