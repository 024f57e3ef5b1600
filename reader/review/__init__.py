"""What is said of an article: annotations, judgements, tags, and the one session that owns them.

Pure; knows no file or screen.
"""
