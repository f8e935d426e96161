"""What may be said, checked on both sides of every turn."""
