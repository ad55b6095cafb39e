"""`ktx scan`: what a database says of its tables as shards of the model, and what people changed in those kept.

introspect → entries (what the database says) → merge with the shards and the memory of the last scan → files
"""
