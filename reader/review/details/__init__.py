"""Find the numbers, dates and names of a claim that a source lacks. Entry point: `finder.find_missing_details`."""
