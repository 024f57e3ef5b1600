"""Find the numbers, dates and names of a claim that a source lacks. Door: `finder.missing`."""
