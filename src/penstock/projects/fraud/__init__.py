"""Card transactions, simulated or one's own: which card is in a thief's hands today?"""
