"""The semantic layer's operations: wire models and the handlers that translate between them and the library."""
