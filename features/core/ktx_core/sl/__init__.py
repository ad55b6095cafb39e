"""`ktx sl …`: the semantic layer on the command line, one module a verb."""
