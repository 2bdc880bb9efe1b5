"""Binary classification of rows: which of them carry the label."""
