"""The features of docs/tutorial and docs/howto, as they are once somebody has copied them to botcore/handlers."""

import importlib.util
from pathlib import Path
from types import ModuleType

from botcore.registry import Feature

DOCS = Path(__file__).parents[1] / "docs"


def load(name: str, *, folder: str = "tutorial") -> ModuleType:
    """Import a file of the tutorial, or of another folder of docs."""
    spec = importlib.util.spec_from_file_location(f"botcore.handlers.{name}", DOCS / folder / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def features_of(module: ModuleType) -> tuple[Feature, ...]:
    """Return what it handles."""
    return tuple(value for value in vars(module).values() if isinstance(value, Feature))
