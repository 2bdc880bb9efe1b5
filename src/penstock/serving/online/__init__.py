"""Features of one event after the other, equal to the batch's: what is kept of every entity."""
