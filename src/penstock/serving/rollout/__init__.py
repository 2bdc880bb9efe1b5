"""Who is answered by which model, and how a new one comes in while requests run."""
