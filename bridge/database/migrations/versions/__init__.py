"""One revision a file. What is here never changes again: databases have gone through it."""
