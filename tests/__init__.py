"""Tests are documentation: read the names of a room's tests to learn what it does."""
