"""Find the details of a claim that a source lacks. Entry point: `finder.find_missing_details`."""
