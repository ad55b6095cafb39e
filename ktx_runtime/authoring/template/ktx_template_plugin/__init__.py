"""The feature `template-plugin` for ktx."""
