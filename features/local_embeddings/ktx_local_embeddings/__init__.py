"""The `local-embeddings` feature level: sentence embeddings computed on this machine."""
