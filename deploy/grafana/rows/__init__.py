"""The dashboard's rows, from top to bottom."""

from deploy.grafana.rows.bot_api import BOT_API
from deploy.grafana.rows.errors import ERRORS
from deploy.grafana.rows.overview import OVERVIEW
from deploy.grafana.rows.persistence import PERSISTENCE
from deploy.grafana.rows.runtime import RUNTIME
from deploy.grafana.rows.updates import UPDATES

ROWS = (OVERVIEW, UPDATES, BOT_API, ERRORS, PERSISTENCE, RUNTIME)
