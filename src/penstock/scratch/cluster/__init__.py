"""Groups that nobody named: k-means, DBSCAN, hierarchies."""
