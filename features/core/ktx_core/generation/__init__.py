"""The operation that makes semantic sources out of scanned tables."""
