"""What is computed for claims, a function each, by the domain whose figures it takes."""
