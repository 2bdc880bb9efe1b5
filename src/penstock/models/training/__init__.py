"""What model files share: from a view to a matrix, and how a net is trained and resumed."""
