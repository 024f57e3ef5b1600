"""The audit: what does not match between an article and its references. Entry point: `audit.Audit`."""
