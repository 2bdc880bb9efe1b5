"""Two days of real European card payments (ULB and Worldline, 2013), made anonymous by PCA."""
