"""Series in time: how they depend on their past, and what comes next."""
