"""One picture a file: plain numbers in, a drawing with its text alternative out."""
