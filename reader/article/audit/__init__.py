"""The audit: mismatches between an article and its references. Entry point: `audit.Audit`."""
