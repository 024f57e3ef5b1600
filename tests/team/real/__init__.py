"""A team on a real server, which `make test-team` starts.

Skipped, with the reason, where the programs of the server are missing.
"""
