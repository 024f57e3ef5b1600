"""Screens that open over the article: dialogs, help, older editions, the progress of opening."""
