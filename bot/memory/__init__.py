"""What people tell about themselves, kept as facts and recalled when it matters."""
