"""docker-compose.yml and what it mounts: valid, and as this house wants it. There is no engine here to run it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.test import SimpleTestCase

from tests.unit.deploy.compose import FILE, ROOT, VARIABLE, Json, compose, faults, own
from tests.unit.deploy.promtool import check, needs_promtool
from tests.unit.deploy.rule_files import PROMETHEUS

FOLDER = ROOT / "deploy" / "compose"
OF_COMPOSE = {"BOTDECK_IMAGE", "REQUIREMENTS", "BOT_DOMAIN", "WEB_PUBLISHED_PORT", "COMPOSE_PROFILES"}
FREE_CONNECTIONS = 10  # docs/operations/processes.md, "Many processes": the sum stays below max_connections - 10
BOTS = 4  # the most that docs/deploy-compose.md speaks of

Break = Callable[[Json], Any]
BROKEN: dict[str, Break] = {
    "web: no limit of pids": lambda file: file["services"]["web"]["deploy"]["resources"]["limits"].pop("pids"),
    "web: no limit of memory": lambda file: file["services"]["web"]["deploy"]["resources"]["limits"].pop("memory"),
    "bot: no limit of cpus": lambda file: file["services"]["bot"].pop("deploy"),
    "bot: its root can be written": lambda file: file["services"]["bot"].pop("read_only"),
    "grafana: it keeps capabilities": lambda file: file["services"]["grafana"].pop("cap_drop"),
    "web: it takes capabilities": lambda file: file["services"]["web"].update(cap_add=["SYS_ADMIN"]),
    "postgres: it may gain privileges": lambda file: file["services"]["postgres"].pop("security_opt"),
    "bot: it leaves its container": lambda file: file["services"]["bot"].update(network_mode="host"),
    "bot: no bounded /tmp": lambda file: file["services"]["bot"].update(tmpfs=["/tmp"]),
    "proxy: its log grows without end": lambda file: file["services"]["proxy"].pop("logging"),
    "bot: no health check without a shell": lambda file: file["services"]["bot"].pop("healthcheck"),
    "web: its health check lacks times": lambda file: file["services"]["web"]["healthcheck"].pop("start_period"),
    "bot: nobody looks whether it is well": lambda file: file["services"]["bot"].update(healthcheck={"disable": True}),
    "proxy: it starts before what it needs": lambda file: file["services"]["proxy"].update(depends_on=["web"]),
    "bot: it does not wait for the database": lambda file: file["services"]["bot"]["depends_on"].pop("postgres"),
    "web: it does not wait for the migrations": lambda file: file["services"]["web"]["depends_on"].pop("migrate"),
    "web: 8000:8000 is published": lambda file: file["services"]["web"].update(ports=["8000:8000"]),
    "postgres: 5432 is published": lambda file: file["services"]["postgres"].update(ports=["5432"]),
    "grafana: it is killed too soon": lambda file: file["services"]["grafana"].pop("stop_grace_period"),
    "bot: it is killed in its drain": lambda file: file["services"]["bot"].update(stop_grace_period="30s"),
    "web: METRICS_TOKEN is no file": lambda file: file["services"]["web"]["environment"].update(METRICS_TOKEN="x"),
    "web: SENTRY_DSN is no file": lambda file: file["services"]["web"]["environment"].update(SENTRY_DSN="x"),
    "bot: DATABASE_URL_FILE: the file is not mounted": lambda file: file["services"]["bot"]["secrets"].remove(
        "database-url"
    ),
    "postgres: postgres has no version, or no registry": lambda file: file["services"]["postgres"].update(
        image="postgres"
    ),
    "proxy: ./deploy/nothing does not exist": lambda file: file["services"]["proxy"].update(
        volumes=["./deploy/nothing:/etc/nothing:ro"]
    ),
    "proxy: ./deploy can be written": lambda file: file["services"]["proxy"].update(volumes=["./deploy:/etc/nothing"]),
}


def variables(path: Path) -> set[str]:
    """Return the names that a file of variables sets."""
    lines = (line.partition("=") for line in path.read_text().splitlines() if line and not line.startswith("#"))
    return {name for name, _, _ in lines}


class ComposeTests(SimpleTestCase):
    """The file."""

    def test_it_is_what_compose_reads(self) -> None:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_every_service_keeps_the_rules(self) -> None:
        self.assertEqual(faults(compose()), [])

    def test_the_rules_see_what_breaks_them(self) -> None:
        for fault, damage in BROKEN.items():
            with self.subTest(fault):
                broken = compose()
                damage(broken)
                self.assertIn(fault, faults(broken))

    def test_every_variable_is_a_setting_that_exists(self) -> None:
        known = set(settings.ENVIRONMENT_VARIABLES)
        for name, service in compose()["services"].items():
            if own(service):
                with self.subTest(name):
                    used = {variable.removesuffix("_FILE") for variable in service.get("environment", {})}
                    self.assertLessEqual(used, known)
        self.assertLessEqual(set(VARIABLE.findall(FILE.read_text())), known | OF_COMPOSE)
        self.assertLessEqual(variables(FOLDER / "env.example"), set(VARIABLE.findall(FILE.read_text())) | OF_COMPOSE)

    def test_every_secret_of_the_file_is_used_and_kept_out_of_git_and_of_the_image(self) -> None:
        file = compose()
        used = {secret for service in file["services"].values() for secret in service.get("secrets", [])}
        self.assertEqual(set(file["secrets"]), used)
        self.assertEqual(
            {name: one["file"] for name, one in file["secrets"].items()},
            {name: f"./deploy/compose/secrets/{name}" for name in used},
        )
        self.assertIn("deploy/compose/secrets/", (ROOT / ".gitignore").read_text().splitlines())
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        self.assertEqual(ignored[1], "*")
        self.assertFalse([line for line in ignored if line.startswith(("!deploy/compose", "!.env", "!var", "!tests"))])

    def test_the_database_is_on_a_network_that_nobody_leaves(self) -> None:
        file = compose()
        self.assertTrue(file["networks"]["database"]["internal"])
        self.assertEqual(file["services"]["postgres"]["networks"], ["database"])
        inside = {name for name, service in file["services"].items() if "database" in service["networks"]}
        self.assertEqual(inside, {"postgres", "migrate", "web", "bot"})

    def test_all_processes_find_a_connection(self) -> None:
        (option,) = [
            word for word in compose()["services"]["postgres"]["command"] if word.startswith("max_connections")
        ]
        each = settings.DATABASE_POOL_SIZE + 1  # and one for LISTEN
        processes = BOTS + settings.WEB_WORKERS + 1  # and migrate, while an upgrade runs
        self.assertLess(each * processes, int(option.partition("=")[2]) - FREE_CONNECTIONS)

    def test_a_drain_ends_before_the_container_is_killed(self) -> None:
        self.assertLess(settings.BOT_STOP_SECONDS * 2, 40)  # what the rule `stops` holds


class PrometheusTests(SimpleTestCase):
    """What Prometheus reads there."""

    def test_it_is_the_one_for_machines_but_for_names_and_places(self) -> None:
        ours, other = (
            yaml.safe_load(path.read_text()) for path in (FOLDER / "prometheus.yml", PROMETHEUS / "prometheus.yml")
        )
        self.assertEqual(ours["rule_files"], other["rule_files"])
        self.assertEqual(ours["alerting"]["alert_relabel_configs"], other["alerting"]["alert_relabel_configs"])
        jobs = {job["job_name"]: job for job in ours["scrape_configs"]}
        self.assertEqual(list(jobs), [job["job_name"] for job in other["scrape_configs"]])
        self.assertEqual(jobs["botdeck-bots"]["dns_sd_configs"][0]["names"], ["bot"])
        self.assertEqual(jobs["botdeck-bots"]["dns_sd_configs"][0]["port"], settings.BOT_METRICS_PORT)
        for job in ("botdeck", "botdeck-bots"):
            self.assertEqual(jobs[job]["authorization"]["credentials_file"], "/run/secrets/metrics-token")

    @needs_promtool
    def test_promtool_takes_it(self) -> None:
        self.assertIn("SUCCESS", check("promtool", "check", "config", "--syntax-only", str(FOLDER / "prometheus.yml")))

    def test_what_its_rules_need_is_mounted_beside_it(self) -> None:
        mounted = {volume.split(":")[1] for volume in compose()["services"]["prometheus"]["volumes"]}
        for rules in yaml.safe_load((FOLDER / "prometheus.yml").read_text())["rule_files"]:
            self.assertIn(f"/etc/prometheus/{rules}", mounted)

    def test_grafana_asks_the_prometheus_beside_it(self) -> None:
        (source,) = yaml.safe_load((FOLDER / "grafana-datasource.yml").read_text())["datasources"]
        self.assertEqual((source["uid"], source["url"]), ("prometheus", "http://prometheus:9090"))
