"""Models: pure numerics on arrays, which readings call and label."""
