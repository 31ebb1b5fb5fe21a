"""Looks, before anything of `nn` is loaded, whether the autograd that Python finds is Chalkgrad's."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec


def _found() -> str | None:
    # Not run to find out: it may be a program of the user's that is called autograd.py.
    module = sys.modules.get("autograd")
    if module is not None:
        return getattr(module, "__file__", None)
    spec = find_spec("autograd")
    return None if spec is None else spec.origin


def _refusal(place: str | None) -> ImportError:
    if place is None:
        return ImportError(
            "nn needs Chalkgrad's package autograd, which is not there, or not whole, as where the distribution 'autograd', "
            "which has files of the same names, was uninstalled: reinstall chalkgrad"
        )
    if "site-packages" in place or "dist-packages" in place:
        return ImportError(
            f"nn needs Chalkgrad's package autograd, and {place} is another one: uninstall that (pip uninstall autograd) and "
            "then reinstall chalkgrad, since the two overwrite files of one another"
        )
    return ImportError(
        f"nn needs Chalkgrad's package autograd, and Python finds {place} before it: rename that, or work in another folder"
    )


_place = _found()
if _place is None or (os.path.isfile(_place) and not os.path.isfile(os.path.join(os.path.dirname(_place), "_namesakes.py"))):
    raise _refusal(_place)

import autograd  # noqa: E402

# Where both were installed into one folder, the `__init__` of the later one won.
if not hasattr(autograd, "_namesakes"):
    raise _refusal(_place)
