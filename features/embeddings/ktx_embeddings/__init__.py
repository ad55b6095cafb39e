"""The `embeddings` feature level: texts to vectors, whatever computes them.

Operations, queue, batches and commands are here; what computes is a backend, chosen by name (`ktx.embedding_backends`).
"""
