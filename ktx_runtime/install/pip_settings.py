"""The environment that pip is run in: the user's settings of where packages come from, and nothing else of pip's."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The launcher keeps the same ones.
_KEPT = re.compile(
    r"PIP_((EXTRA_)?INDEX_URL|NO_INDEX|FIND_LINKS|(CLIENT_)?CERT|TRUSTED_HOST|PROXY|(DEFAULT_)?TIMEOUT|RETRIES|CONFIG_FILE"
    r"|(NO_)?CACHE_DIR|KEYRING_PROVIDER|USE_FEATURE|USE_DEPRECATED)"
)


def with_pip_sources_only(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without what would make pip take something else, or put it elsewhere.

    Nothing is installed with pip, so that a configuration which forbids it outside virtual environments is met.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith("PIP_") or _KEPT.fullmatch(name)}
    return kept | {"PIP_REQUIRE_VIRTUALENV": "0"}
