"""The product's own features, all of them, under their own names."""

from botcore import handlers
from botcore.registry import Registry

globals().update({feature.name: feature for feature in Registry.discover(handlers).features})
