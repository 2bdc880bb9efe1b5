"""One topic a module."""
