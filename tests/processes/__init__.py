"""Tests that run several programs on one library, and kill them."""
