"""Tests of the screens, through the keys and the mouse that people use."""
