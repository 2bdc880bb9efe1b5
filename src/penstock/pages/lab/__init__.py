"""Short pages on how learning works: formulas, figures that the code draws, what tests held."""
