"""Where a prediction comes from, hop by hop, and whether each hop still lies here."""
