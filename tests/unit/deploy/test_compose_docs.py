"""docs/deploy-compose.md: its commands make secrets that the file mounts and that the start-up checks take."""

import re
import subprocess
import tempfile
from pathlib import Path

from django.test import SimpleTestCase

from botproject import environment
from botproject.start.checks.secrets import KEY_BITS, TOKEN_BITS, guessed_in
from tests.unit.deploy.compose import ROOT, compose

PAGE = (ROOT / "docs" / "deploy-compose.md").read_text()


class SecretTests(SimpleTestCase):
    """The first block of commands."""

    def setUp(self) -> None:
        """Run it in an empty folder."""
        block = re.search(r"```sh\n(mkdir.*?)```", PAGE, re.DOTALL)
        assert block
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "deploy" / "compose").mkdir(parents=True)
        subprocess.run(["bash", "-euc", block[1]], cwd=folder, check=True)
        self.folder = folder / "deploy" / "compose" / "secrets"

    def secret(self, name: str) -> str:
        """Return what is in a file, as settings.py reads it."""
        return (self.folder / name).read_text().strip()

    def test_every_secret_of_the_compose_file_is_made(self) -> None:
        self.assertEqual({path.name for path in self.folder.iterdir()}, set(compose()["secrets"]))

    def test_nobody_else_may_enter_and_containers_may_read(self) -> None:
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual({path.stat().st_mode & 0o777 for path in self.folder.iterdir()}, {0o644})

    def test_they_cannot_be_guessed(self) -> None:
        self.assertGreaterEqual(guessed_in(self.secret("django-secret-key")), KEY_BITS)
        self.assertEqual(len(self.secret("django-secret-key").split()), 1)
        for name in ("metrics-token", "grafana-password", "sandbox-password", "postgres-password"):
            self.assertGreaterEqual(guessed_in(self.secret(name)), TOKEN_BITS, name)

    def test_the_address_of_the_database_leads_to_the_server_of_the_compose_file(self) -> None:
        found = environment.database(ROOT)(self.secret("database-url"))
        server = compose()["services"]["postgres"]["environment"]
        self.assertEqual((found["HOST"], found["PORT"]), ("postgres", 5432))
        self.assertEqual((found["USER"], found["NAME"]), (server["POSTGRES_USER"], server["POSTGRES_DB"]))
        self.assertEqual(found["PASSWORD"], self.secret("postgres-password"))
