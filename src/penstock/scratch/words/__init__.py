"""Word vectors: skip-gram and continuous bag of words, with negative sampling."""
