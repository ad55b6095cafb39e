"""Every code that the loader reports, and what it means. The documentation is generated from this table."""

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, str] = MappingProxyType(
    {
        "disabled-join-missing": "an overlay disables a join that the scanned source does not have",
        "duplicate-key": "a mapping has one key twice",
        "duplicate-source": "one name is defined in two places; the first counts, a written one before a scanned one",
        "excluded-column-missing": "an overlay excludes a column that the scanned source does not have",
        "file-too-large": "a file is too large to be a model",
        "not-utf-8": "a file holds bytes that are no UTF-8 text",
        "overlay-column-exists": "an overlay adds a column that the scanned source already has",
        "overlay-column-not-computed": "an overlay adds a column that has no expr",
        "overlay-of-nothing": "an overlay (neither table nor sql) names no scanned source",
        "overridden-column-missing": "an overlay overrides a column that the scanned source does not have",
        "several-documents": "a file holds more than one YAML document",
        "source-without-name": "an entry has no name",
        "unknown-key": "a shard or an overlay has a key that means nothing there",
        "unreadable-file": "a file cannot be opened or is not a regular file",
        "wrong-shape": "a value is not of the kind that its place wants",
        "yaml-alias": "an alias names an anchor that does not exist, or that holds the alias itself",
        "yaml-key": "a mapping has a key that is not text",
        "yaml-syntax": "a file is not valid YAML",
        "yaml-tag": "a value has a tag that is not allowed in a model",
        "yaml-too-deep": "a file nests too deeply",
        "yaml-too-many-values": "a file expands to too many values through its aliases",
    }
)
