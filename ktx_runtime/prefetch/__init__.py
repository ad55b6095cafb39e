"""Files that features want besides packages: fetched at install time, in the environment that is being built.

`python -I -m ktx_runtime.prefetch` is a process of that environment, whose huggingface_hub knows hubs and caches.
"""
