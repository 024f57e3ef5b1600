"""How the time of each function that reads text from outside grows with the text. It must not grow faster than the text."""
