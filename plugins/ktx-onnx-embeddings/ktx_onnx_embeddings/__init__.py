"""Embeddings without torch."""
