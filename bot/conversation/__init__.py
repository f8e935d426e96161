"""What is said and by whom: pure values and functions, the same on Discord and in a terminal."""
