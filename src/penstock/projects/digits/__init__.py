"""Images of handwritten digits, or of clothes in their place: which of ten is it?"""
