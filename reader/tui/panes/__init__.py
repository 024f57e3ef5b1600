"""Pure functions that render header, card, lists and footer as styled lines."""
