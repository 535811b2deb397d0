"""The groups of the roles: made by `migrate`, left alone where somebody has changed them, and as documented."""

import ast
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import TestCase

from botcore.access import groups, services
from botcore.access.groups import OWN, permissions
from botcore.access.roles import GRANTED, Role
from tests.database.access import account

ROOT = Path(__file__).parents[2]
NAMES = ["support", "moderator", "admin", "owner", "viewer"]


def codenames(role: Role) -> set[str]:
    """Return what the group of a role may do."""
    return set(Group.objects.get(name=role.name.lower()).permissions.values_list("codename", flat=True))


def new_permission(codename: str) -> Permission:
    """Add one, as a new version's model would."""
    content = ContentType.objects.get(app_label="botcore", model="update")
    return Permission.objects.create(codename=codename, content_type=content, name=codename)


class GroupTests(TestCase):
    """After `migrate`, which has made the database of the tests, too."""

    def migrate(self) -> None:
        """Run it once more."""
        call_command("migrate", verbosity=0)

    def test_there_is_one_for_each_role(self) -> None:
        self.assertEqual(list(Group.objects.order_by("pk").values_list("name", flat=True)), NAMES)

    def test_each_may_do_more_than_the_one_below(self) -> None:
        found = [codenames(role) for role in GRANTED]
        self.assertTrue(all(lower < higher for lower, higher in pairwise(found)), found)
        self.assertIn("change_feedback", found[0])
        self.assertNotIn("restrict_user", found[0])
        self.assertIn("restrict_user", found[1])
        self.assertNotIn("replay_update", found[1])
        self.assertLessEqual({"replay_update", "change_runtimesetting", "grant_role", "view_auditentry"}, found[2])
        self.assertEqual(found[3] & {"add_rolegrant", "change_stafflink", "add_onetimecode"}, set())

    def test_only_owners_manage_accounts(self) -> None:
        accounts = {row.content_type.app_label for row in permissions(Role.OWNER).select_related("content_type")}
        self.assertEqual(accounts, {"botcore", "auth"})
        for role in GRANTED[:-1]:
            self.assertFalse(permissions(role).exclude(content_type__app_label="botcore").exists(), role)

    def test_only_owners_restart_and_manage_accounts(self) -> None:
        for codename in ("restart_bot", "manage_accounts"):
            self.assertEqual([role for role in GRANTED if codename in codenames(role)], [Role.OWNER])
        self.assertEqual([role for role in GRANTED if "export_data" in codenames(role)], [Role.ADMIN, Role.OWNER])

    def test_a_viewer_looks_and_neither_changes_nor_reads_anything(self) -> None:
        viewer = set(Group.objects.get(name="viewer").permissions.values_list("codename", flat=True))
        self.assertEqual(viewer, groups.LOOKS)
        self.assertEqual({name.partition("_")[0] for name in viewer}, {"view"})
        for role in GRANTED:
            self.assertIn("read_messages", codenames(role))
            self.assertNotIn(role.name.lower(), {"viewer"})

    def test_the_migration_gives_groups_that_are_there_what_their_commands_may(self) -> None:
        migration = import_module("botcore.migrations.0012_pages_and_commands_agree")
        support, moderator = Group.objects.get(name="support"), Group.objects.get(name="moderator")
        for group in (support, moderator):
            group.permissions.set(Permission.objects.filter(codename="view_user"))
        migration.give(apps, None)
        self.assertEqual(codenames(Role.SUPPORT), {"view_user", "add_outgoingmessage"})
        self.assertEqual(codenames(Role.MODERATOR), {"view_user", "add_outgoingmessage", "view_restriction"})

    def test_names_in_the_table_are_permissions_that_exist(self) -> None:
        there = set(Permission.objects.values_list("codename", flat=True))
        coming = {"view_broadcast"}  # of a room that comes later: new permissions are given when they are made
        self.assertEqual(set().union(*OWN.values()) - there - coming, set())

    def test_every_permission_that_a_page_asks_for_is_some_roles(self) -> None:
        asked = {name for path in (ROOT / "dashboard" / "views").glob("*.py") for name in needed(path.read_text())}
        self.assertGreater(len(asked), 15)
        self.assertEqual(asked - {f"botcore.{name}" for name in codenames(Role.OWNER)}, set())

    def test_what_was_taken_away_by_hand_stays_away_and_what_was_given_stays(self) -> None:
        support = Group.objects.get(name="support")
        support.permissions.set(Permission.objects.filter(codename__in=["view_user", "replay_update"]))
        self.migrate()
        self.assertEqual(codenames(Role.SUPPORT), {"view_user", "replay_update"})

    def test_a_permission_that_is_new_is_given(self) -> None:
        before = groups.known()
        Group.objects.get(name="owner").permissions.clear()
        new_permission("export_update")
        groups.make(before=before)
        self.assertEqual(codenames(Role.OWNER), {"export_update"})
        self.assertIn("export_update", codenames(Role.ADMIN))
        self.assertNotIn("export_update", codenames(Role.MODERATOR))

    def test_migrate_itself_gives_what_it_has_made(self) -> None:
        Permission.objects.filter(codename="restrict_user").delete()
        Group.objects.get(name="moderator").permissions.clear()
        self.assertNotIn("restrict_user", codenames(Role.ADMIN))
        self.migrate()
        self.assertEqual(codenames(Role.MODERATOR), {"restrict_user"})
        self.assertIn("restrict_user", codenames(Role.ADMIN))

    def test_a_group_that_was_deleted_is_made_again(self) -> None:
        was = codenames(Role.MODERATOR)
        Group.objects.get(name="moderator").delete()
        self.migrate()
        self.assertEqual(codenames(Role.MODERATOR), was)

    def test_a_role_given_meanwhile_has_its_permissions(self) -> None:
        was = codenames(Role.SUPPORT)
        Group.objects.get(name="support").delete()
        carol = account()
        services.put_in_group(carol.pk, Role.SUPPORT)
        self.assertEqual(codenames(Role.SUPPORT), was)
        self.assertTrue(carol.has_perm("botcore.view_user"))

    def test_the_documented_table_is_what_groups_hold(self) -> None:
        text = (ROOT / "docs" / "operations" / "access.md").read_text()
        for role in OWN:
            row = re.search(rf"^\| {role.name.lower()} \|.*$", text, re.MULTILINE)
            assert row, f"docs/operations/access.md has no row for {role.name}"
            with self.subTest(role.name):
                self.assertEqual(set(re.findall(r"`(\w+)`", row[0].split("|")[-2])), OWN[role])


def needed(source: str) -> set[str]:
    """Return the permissions that views of a module name."""
    texts = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"botcore\.[a-z]+_[a-z]+", text)}
