"""Support vector machines: kernels, sequential minimal optimisation, the linear primal."""
