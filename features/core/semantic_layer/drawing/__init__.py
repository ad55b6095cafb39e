"""The join graph as a picture.

layers   columns: each source to the left of what its joins lead to, and who stands above whom
places   pixels: boxes, and the ports at which lines leave and reach them
svg      the document
"""

from semantic_layer.drawing.svg import to_svg

__all__ = ["to_svg"]
