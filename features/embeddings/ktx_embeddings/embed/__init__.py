"""`ktx embed`: texts from the command line or a file to vectors in a file or on stdout."""
