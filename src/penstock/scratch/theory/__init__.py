"""Why learning works, and when it does not: measured where theory says what to expect."""
