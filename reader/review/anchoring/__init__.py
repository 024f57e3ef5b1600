"""Find an annotation's quote in a changed text. Door: `resolver.Anchors`; loaded only when a text has changed."""
