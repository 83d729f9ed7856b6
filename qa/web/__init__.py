"""The chat in a browser, and the same answers over HTTP."""
