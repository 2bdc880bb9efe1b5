"""Images of one class each: which?"""
