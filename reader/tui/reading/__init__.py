"""The reading screen and what belongs to it alone."""
