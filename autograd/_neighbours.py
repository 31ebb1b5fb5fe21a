"""Another distribution on the package index is called autograd and installs a package of that name too."""

from __future__ import annotations


def warn_of_namesake() -> None:
    """Say so, in one sentence, where both are installed: their files share a folder, or one hides the other."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        theirs = version("autograd")
    except PackageNotFoundError:
        return
    import warnings

    warnings.warn(
        f"the distribution 'autograd' {theirs} is installed next to Chalkgrad and also provides a package called autograd; "
        "this is Chalkgrad's, so uninstall one of the two (pip uninstall autograd) or give each an environment of its own",
        UserWarning,
        stacklevel=3,
    )
