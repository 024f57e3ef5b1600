"""The lines of header, card, lists and footer, built by pure functions from what is read and what is said of it."""
