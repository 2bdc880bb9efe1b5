"""Acting for a reward, with nothing to see: which lever next?"""
