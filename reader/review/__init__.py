"""Hold the review of an article: annotations, judgements, tags, and the session that changes them.

Pure: it uses neither files nor screens.
"""
