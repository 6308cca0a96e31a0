"""What the package promises to export is there, and is what its home module calls it."""

from __future__ import annotations

import importlib
import pkgutil

import turnout


def test_every_exported_name_resolves_and_no_home_is_forgotten():
    homes = [name for names in turnout._HOMES.values() for name in names]
    assert sorted(homes) == sorted(turnout.__all__)
    for module, names in turnout._HOMES.items():
        for name in names:
            assert getattr(turnout, name) is getattr(importlib.import_module(module), name)


def test_modules_export_only_what_they_define():
    for info in pkgutil.walk_packages(turnout.__path__, "turnout."):
        if info.name.endswith(("__main__", ".env")) or ".migrations" in info.name:
            continue
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{info.name}.__all__ names {name}, which is not there"
