"""Sites that no scenario can reach, each with the reason; the run fails for one that is reached all the same."""

from collections.abc import Iterable

from tests.faults.sites import Site

# What a site's name begins with, file and function and call, and why.
UNREACHABLE = {
    "botcore/intake/modes.py WebhookIntake.run: nullcontext()": "WEBHOOK_PORT=0, the other branch",
    "botcore/intake/polling.py Poller._get_updates: TelegramError(": "the sandbox answers getUpdates with a list",
    "botcore/intake/polling.py Poller._accept: any((envelope.is_update": "the sandbox numbers every update",
    "botcore/intake/polling.py Poller._accept: asyncio.sleep(GARBAGE_SECONDS)": "the sandbox numbers every update",
    "botcore/intake/supervisor.py PollingSupervisor._count_death: PollingError(": "the process is to end",
    "botcore/intake/supervisor.py PollingSupervisor._count_death: self._tell('poller', f'Polling {reason}; the pro": (
        "the process is to end"
    ),
    "botcore/intake/webhook.py WebhookServer.serving: ConfigurationError(": "the process is to end",
    "botcore/intake/webhook.py WebhookServer._envelope: Refused(HTTPStatus.BAD_REQUEST)": "aiohttp refuses them itself",
    "botcore/alerts/decisions.py quiet_at: is_quiet(": "what the time of day is must not matter",
    "botcore/audit/services.py _text: json.dumps({'too_long'": "no service of ours writes so much",
    "botcore/errors/regroup.py split: ValidationError(_('Somebody has moved": "two transactions at once",
    "botcore/errors/regroup.py split: _('Somebody has moved": "two transactions at once",
    "botcore/runtime/level_watch.py watch_levels_in_thread: ": "gunicorn's processes, which are not in it",
    "botcore/runtime/level_watch.py _start: ": "gunicorn's processes, which are not in it",
    "botcore/runtime/level_watch.py _watch: ": "gunicorn's processes, which are not in it",
    "botcore/runtime/level_watch.py look: ": "gunicorn's processes, which are not in it",
    "botcore/backups/shelf.py look_for_room: BackupFailed(": "a full disk",
    "botcore/backups/sqlite.py verify: BackupFailed(": "a damaged database",
    "botcore/backups/shelf.py Shelf._alone: BackupFailed(": "two backups at once",
    "botcore/backups/shelf.py Shelf._target: timedelta(": "two backups within a second",
    "botcore/outbox/services.py _queue_again: ValidationError(_('What this": "retention empties after weeks",
    "botcore/outbox/services.py _queue_again: _('What this message said": "retention empties after weeks",
    "botcore/erasure/services.py _walk: names.index(row.step)": "an erasure that was cut off",
    "botcore/handlers/privacy.py only_in_private: ": "a button of a private chat that is pressed elsewhere",
    "botcore/retention/clock.py trusted_now: BotdeckError(": "two clocks that differ",
    "botcore/retention/clock.py trusted_now: socket.gethostname()": "two clocks that differ",
    "botcore/retention/clock.py trusted_now: lasting(off)": "two clocks that differ",
    "botcore/runtime/jobs/runner.py JobRunner._see_through: self._complete_as_failed(": "an error that is no outage",
    "botcore/runtime/jobs/runner.py JobRunner._complete_as_failed: ": "an error that is no outage",
    "botcore/runtime/jobs/store.py _lose_retired: _lose(": "a process of an older release that died",
    "botcore/runtime/jobs/store.py _lose_retired: _clock(": "a process of an older release that died",
    "botcore/runtime/jobs/store.py _lose_retired: row.save(": "a process of an older release that died",
    "dashboard/views/person_actions.py action.decorate: needs('botcore.view_user', *permissions)": "at import",
    "botcore/conversations/services.py _begun: ValidationError(": "a person who is deleted at this very moment",
    "botcore/conversations/services.py _begun: _('The bot does not": "a person who is deleted at this very moment",
    "botcore/outbox/services.py send: _row_of(bot, key or '')": "two transactions with the same key at once",
}
SQLITE = {
    "botcore/outbox/store.py queue: sql.execute(insert, [bot_id, *params])": "SQLite",
    "botcore/outbox/store.py queue: leave_notes(": "SQLite",
    "botcore/outbox/store.py queue: sql.read_time(due_at)": "SQLite",
    "botcore/jobs/backup.py back_up_database: back_up(": "SQLite",
    "botcore/jobs/backup.py back_up_database: in_mib(": "SQLite",
}
POSTGRESQL = {
    "botcore/outbox/store.py queue: sql.execute(f'WITH new": "PostgreSQL",
    "botcore/outbox/store.py queue: str(bot_id)": "PostgreSQL",
    "botcore/intake/modes.py PollingIntake.look: ": "only PostgreSQL notifies",
    "botcore/intake/modes.py WebhookIntake.look: ": "only PostgreSQL notifies",
    "botcore/runtime/duty.py Duty.look: ": "only PostgreSQL notifies",
    "botcore/outbox/sender.py Sender.wake: ": "only PostgreSQL notifies",
    "botcore/inbox/takeover.py bury_the_dead: is_gone(name)": "PostgreSQL: more than one process",
    "botcore/inbox/takeover.py bury_the_dead: others.filter(machine=machine())": "PostgreSQL: more than one process",
    "botcore/inbox/takeover.py bury_the_dead: machine()": "PostgreSQL: more than one process",
}


def reason(site: Site, *, server: bool) -> str:
    """Return why the site cannot be reached on this kind of database; "" for one that must be."""
    told = f"{site.file} {site.function}: {site.text}"
    table = UNREACHABLE | (SQLITE if server else POSTGRESQL)
    return next((why for start, why in table.items() if told.startswith(start)), "")


def to_be_reached(sites: Iterable[Site], *, server: bool) -> list[Site]:
    """Return the sites without such a reason."""
    return [site for site in sites if not reason(site, server=server)]
