"""Serve the program to a browser on this machine. Needs the extra `web`."""
