"""The servers around the graph: started together, kept alive, told what to run and when."""
