"""Classes by Bayes' rule, features taken as independent given the class."""
