"""Find an annotation's quote in a changed text. Entry point: `resolver.QuoteResolver`; loaded only when a text has changed."""
