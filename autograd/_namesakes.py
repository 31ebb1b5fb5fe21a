"""What the engine may find around it: a Python that is too old, and another distribution that is called autograd too."""

from __future__ import annotations

import os
import re
import sys

if sys.version_info < (3, 11):  # noqa: UP036  (a clone is run without any installer that would look)
    raise ImportError(f"Chalkgrad needs Python 3.11 or later; this is Python {'.'.join(map(str, sys.version_info[:3]))}")

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
