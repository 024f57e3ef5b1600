"""Tests of the whole program in a real terminal: what it draws, byte by byte, how it ends, and what it leaves behind."""
