"""Images that show one of several classes each: which?"""
