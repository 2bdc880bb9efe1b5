"""What a model is for, a folder a task: how to split, observe, score and show."""
