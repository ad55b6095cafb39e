"""LookML for ktx: views become sources, explores their joins, and what cannot be carried over is named."""
