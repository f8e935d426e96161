"""Measurements of what Confab promises, each with its tables."""
