"""Ranking: what will each user take, of all that they have not had?"""
