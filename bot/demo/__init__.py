"""The same bot on a simulated Discord in the browser, to try it before there is a token."""
