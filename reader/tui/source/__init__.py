"""The source screen: one claim beside the text of one source."""
