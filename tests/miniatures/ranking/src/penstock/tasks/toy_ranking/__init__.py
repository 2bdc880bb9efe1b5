"""Ranking: what will each user take next?"""
