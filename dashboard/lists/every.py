"""All lists by their names."""

from dashboard.lists.audit import AUDIT
from dashboard.lists.broadcasts import BROADCASTS
from dashboard.lists.chats import CHATS
from dashboard.lists.conversations import CONVERSATIONS
from dashboard.lists.errors import ERRORS
from dashboard.lists.events import EVENTS
from dashboard.lists.feedback import FEEDBACK
from dashboard.lists.outbox import OUTBOX
from dashboard.lists.people import PEOPLE
from dashboard.lists.updates import UPDATES
from dashboard.tables.table import Table

ALL = (UPDATES, PEOPLE, CHATS, OUTBOX, ERRORS, EVENTS, FEEDBACK, AUDIT, BROADCASTS, CONVERSATIONS)
TABLES: dict[str, Table] = {table.name: table for table in ALL}
