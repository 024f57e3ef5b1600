"""Widgets that draw line by line and post messages; none knows another."""
