"""The documents of a drill: what its staff work by, and what is sent to everybody else."""
