"""What could be typed next: words and a parser in, candidates out. Knows no shell but for the scripts beside it."""
