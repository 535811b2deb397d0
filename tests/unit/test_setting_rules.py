"""The names of handlers that access.handlers may name are those that the registry knows."""

import unittest

from botcore import handlers
from botcore.registry import Registry
from botcore.runtime.setting_rules import handler_names


class HandlerNamesTests(unittest.TestCase):
    """Read from the files, without importing them."""

    def test_every_feature_is_among_them(self) -> None:
        known = {feature.name for feature in Registry.discover(handlers).features}
        self.assertGreater(len(known), 80)
        self.assertEqual(known - handler_names(), set())

    def test_what_is_among_them_and_no_feature_exists_in_the_sandbox_only(self) -> None:
        known = {feature.name for feature in Registry.discover(handlers).features}
        self.assertTrue(all(name.startswith("crash.") for name in handler_names() - known), handler_names() - known)
