"""The server: every prediction fast, explained, and traceable to the bytes it came from."""
