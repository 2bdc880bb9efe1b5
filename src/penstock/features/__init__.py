"""Features: named, causal functions of a table; the kernels that compute them over all rows."""
