"""Which modules belong to installed libraries, and in which version."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import site
import sys
import sysconfig
from types import ModuleType


@functools.cache
def library(module: str) -> str | None:
    """Returns name and version of the installed library that has this module; None for a module of the user's own."""
    top = module.partition(".")[0]
    if top in ("thalweg", "builtins"):
        return top
    if not _is_installed(sys.modules.get(module) or sys.modules.get(top)):
        return None
    if top in sys.stdlib_module_names:
        return f"{top} of Python {sys.version_info.major}.{sys.version_info.minor}"
    return f"{top} {_version(top)}"


def _is_installed(module: ModuleType | None) -> bool:
    if module is None:
        return False
    places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", [])]
    places = [os.path.realpath(place) for place in places if place]
    if not places:
        # Modules of the interpreter itself have no file, parts of compiled modules have none, and neither has `__main__` of a notebook.
        top = sys.modules.get(module.__name__.partition(".")[0])
        itself = module.__name__ in sys.builtin_module_names or getattr(module.__spec__, "origin", None) in ("built-in", "frozen")
        return itself or (top is not module and _is_installed(top))
    return all(place.startswith(_folders()) for place in places)


@functools.cache
def _folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    found = {paths[kind] for kind in ("stdlib", "platstdlib", "purelib", "platlib")}
    found.update(site.getsitepackages())
    found.add(site.getusersitepackages())
    return tuple(sorted(os.path.realpath(path) + os.sep for path in found))


@functools.cache
def _version(top: str) -> str:
    """Returns the versions of the packages that install a module, with digests of what they installed.

    A library that somebody changes and installs again keeps its version as a rule, but its list of files has other digests.
    """
    names = sorted(set(importlib.metadata.packages_distributions().get(top, [])))
    if not names:
        return str(getattr(sys.modules.get(top), "__version__", ""))
    found = []
    for name in names:
        package = importlib.metadata.distribution(name)
        files = hashlib.sha256((package.read_text("RECORD") or "").encode()).hexdigest()
        found.append(f"{name} {package.version} {files}")
    return ", ".join(found)
