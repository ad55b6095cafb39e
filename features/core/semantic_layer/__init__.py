"""The semantic layer: measures by dimensions, compiled to SQL. A plain library."""
