"""How to learn, a file a model, under the task it serves."""
