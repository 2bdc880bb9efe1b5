"""Many estimators for one: bagged, boosted, stacked."""
