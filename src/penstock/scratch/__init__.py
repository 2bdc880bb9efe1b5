"""Neural networks from the ground up, in NumPy alone; every part equals torch's by test.

Read in this order: `autograd` (a tensor, its graph, the walk back through it), `nn` (layers and
losses), `optim`, `training`, `models` that are made of them; `drawing` shows a graph, a curve or a
decision as SVG, `studies` measures what theory says.

Parameters bear torch's names and shapes, so that weights copy both ways by name.

Classical estimators keep scikit-learn's contract: `estimators` is what they have in common, then
`linear`, `bayes`, `neighbors`, `trees`, `ensemble` and `svm`; `preprocess`, `selection` and `text`
make their columns, `metrics` and `tuning` judge them. Each equals its reference by test.
"""
