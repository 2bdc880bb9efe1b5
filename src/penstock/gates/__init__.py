"""The gate: what it looks at, how it judges, what it takes out, what it keeps as evidence."""
