"""Tokenisers that are learnt from text: byte-pair encoding, WordPiece, unigram."""
