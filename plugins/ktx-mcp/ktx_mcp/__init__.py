"""The feature `mcp`: what ktx can tell of a project, as tools and resources of the Model Context Protocol."""
