"""The features of docs/tutorial, as they are once somebody has copied them to botcore/handlers."""

import importlib.util
from pathlib import Path
from types import ModuleType

from botcore.registry import Feature

FOLDER = Path(__file__).parents[1] / "docs" / "tutorial"


def load(name: str) -> ModuleType:
    """Import a file of the tutorial."""
    spec = importlib.util.spec_from_file_location(f"botcore.handlers.{name}", FOLDER / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def features_of(module: ModuleType) -> tuple[Feature, ...]:
    """Return what it handles."""
    return tuple(value for value in vars(module).values() if isinstance(value, Feature))
