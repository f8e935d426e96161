"""Documents, and the scripts that keep them true."""
