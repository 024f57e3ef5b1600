"""The audit: what does not fit between an article and its references. Door: `audit.Audit`."""
