"""Tests of one room each, without a screen."""
