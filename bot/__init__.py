"""Confab: a self-hosted Discord companion; the core knows neither Discord nor tensors."""
