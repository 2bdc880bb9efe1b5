"""Linear models: least squares, its penalties, and the logistic one."""
