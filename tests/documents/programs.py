"""The classes of what documents let people type. A program, target or host that has none here fails the test.

* run: it runs for real, in the copy of the project, against the demo that runs there;
* stand-in: no CI has it, so its words are checked against our files, see stand_ins.py;
* parsed: it runs elsewhere in CI, or for ever, or on the whole machine, so only its words are checked.
"""

RUN = (
    "awk", "base64", "basename", "bash", "cat", "cut", "date", "df", "dirname", "echo", "env", "find", "gawk",
    "grep", "head", "id", "ls", "mawk", "mktemp", "openssl", "printf", "sed", "seq", "sh", "sort", "tail",
    "test", "touch", "tr", "true", "uname", "uniq", "uptime", "wc", "xargs",
)  # fmt: skip
FILES = ("cp", "mv", "rm", "mkdir", "ln", "chmod", "install", "tee")  # run, unless a path lies outside the copy
STAND_INS = (
    "git",
    "sleep",
    "docker",
    "systemctl",
    "journalctl",
    "sudo",
    "apt",
    "apt-get",
    "systemd-analyze",
    "systemd-creds",
)
PARSED = {
    "amtool": "the rules' own tests run it",
    "promtool": "the rules' own tests run it",
    "pg_isready": "asks PostgreSQL, and the demo has SQLite",
    "psql": "asks PostgreSQL, and the demo has SQLite",
    "pg_dump": "asks PostgreSQL, and the demo has SQLite",
    "createdb": "makes a PostgreSQL database",
    "createuser": "makes a role of PostgreSQL",
    "du": "reads the whole disk",
    "systemd-run": "asks systemd",
    "systemd-sysusers": "asks systemd",
    "systemd-tmpfiles": "asks systemd",
    "timedatectl": "asks systemd",
    "chronyc": "asks the clock's server",
    "certbot": "asks a certificate authority",
    "caddy": "a proxy of its own",
    "nginx": "a proxy of its own",
    "crontab": "changes the machine",
    "useradd": "changes the machine",
    "chown": "changes the machine",
    "restic": "a tool of the reader's choice",
    "rsync": "goes to another machine",
    "scp": "goes to another machine",
    "ssh": "goes to another machine",
    "podman": "an engine for containers",
    "buildah": "builds an image; make build-check does",
    "helm": "goes to a cluster",
    "kubectl": "goes to a cluster",
    "uv": "a tool of the reader's choice",
    "pip": "changes the environment that the tests run in",
    "npm": "fetches packages",
    "node": "runs what npm fetched",
    "gunicorn": "runs for ever; every process test starts it",
}
RUN_TARGETS = {"help", "manage", "shell", "docs", "reference", "grafana"}
PARSED_TARGETS = {
    "demo": "it runs beside this test, started as `make demo` does",
    "run": "runs for ever; test_launch has its refusals",
    "docs-serve": "runs for ever; `make docs` has the same pages",
    "setup": "CI begins with it",
    "setup-dev": "CI begins with it",
    "setup-extras": "fetches packages",
    "test": "CI is it",
    "test-crash": "takes ten minutes; tests/process/test_crash.py has a short one",
    "test-faults": "takes minutes; tests/process/test_faults_short.py has a short one",
    "test-grammy": "fetches packages of Node",
    "lint": "CI runs it",
    "format": "changes the code",
    "types": "a part of make lint",
    "bench": "takes many minutes",
    "bench-pages": "takes many minutes",
    "screenshots": "needs a browser; tests/browser takes its pictures",
    "messages": "changes the catalogue",
    "lock": "fetches packages",
    "clean": "removes the environment that the tests run in",
    "migrate": "a command of manage.py with its own tests",
    "superuser": "asks on a terminal",
    "backup": "a command of manage.py with its own tests",
    "restore": "replaces a database; its command has its own tests",
    "build": "builds an image; make build-check does",
    "build-check": "builds an image for minutes",
    "up": "needs an engine for containers",
    "down": "needs an engine for containers",
    "logs": "needs an engine for containers",
    "deploy-check": "looks at a real set-up; its checks have their own tests",
    "release": "changes the repository",
    "sbom": "its target has its own test",
    "audit": "asks a server for known holes",
    "licenses": "its target has its own test",
}  # fmt: skip
FOR_EVER = {"runbot", "sandbox", "runserver"}  # commands of manage.py that do not end by themselves
ASKING = {"createsuperuser", "changepassword", "dbshell", "restore"}  # and those that want a terminal, psql, or no bot
FAR = {"clone", "pull", "push", "fetch"}  # words of git that go to another place
EXAMPLE_HOSTS = ("bot.example", "api.telegram.org")  # who stands for somebody else's server
OTHER_PORTS = {"9090": "Prometheus", "9093": "Alertmanager", "3000": "Grafana", "8443": "the webhook"}
UNITS = {"postgresql", "caddy", "nginx", "docker"}  # of other packages
