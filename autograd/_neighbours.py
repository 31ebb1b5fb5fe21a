"""Another distribution on the package index is called autograd and installs a package of that name too."""

from __future__ import annotations

import os
import re
import sys

# How installers name the folder with the facts of an installed distribution.
_FACTS = re.compile(r"autograd-(?P<version>[^-]+)(-.*)?\.(dist|egg)-info", re.IGNORECASE)


def warn_of_namesake() -> None:
    """Say so, in one sentence, where both are installed: their files share a folder, or one hides the other."""
    version = _version_of_namesake()
    if version is None:
        return
    import warnings

    warnings.warn(
        f"the distribution 'autograd' {version} is installed next to Chalkgrad and also provides a package called autograd; "
        "this is Chalkgrad's, so give each an environment of its own, or uninstall the other (pip uninstall autograd) and then "
        "reinstall chalkgrad, since the two overwrite files of one another",
        UserWarning,
        stacklevel=3,
    )


def _version_of_namesake() -> str | None:
    # `importlib.metadata` would answer too, but takes as long to import as the whole engine.
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in names:
            found = _FACTS.fullmatch(name)
            if found:
                return found["version"]
    return None
