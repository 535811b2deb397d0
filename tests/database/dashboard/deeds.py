"""What operators can do on the pages: each deed with the entry that it must leave."""

from datetime import timedelta

from django.utils import timezone

from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.outbox.models import OutgoingState
from botcore.people import tags
from tests.database.access import BOSS
from tests.database.dashboard.prepared import (
    AGAIN,
    CAROL,
    NO_WORDS,
    NONSENSE,
    Deed,
    Prepared,
    amended,
    chosen_feedback,
    chosen_messages,
    chosen_people,
    chosen_talk,
    copied,
    dead_letter,
    dead_letters,
    given,
    hold,
    in_bulk,
    level,
    level_back,
    listed,
    new_funnel,
    note_in_talk,
    old_funnel,
    on_broadcast,
    on_condition,
    on_error,
    on_job,
    on_message,
    on_person,
    on_setting,
    on_talk,
    one_process,
    other_files,
    release,
    split_off,
    tested,
    to_answer,
    to_forget,
    to_reply,
    unread,
    withdrawn,
    written,
)

PAGES: dict[str, list[Deed]] = {
    "error_act": [
        Deed("errors.acknowledge", on_error("acknowledge")),
        Deed("errors.resolve", on_error("resolve")),
        Deed("errors.resolve", on_error("resolve_next")),
        Deed("errors.reopen", on_error("reopen")),
        Deed("errors.mute", on_error("mute", {"for": "ever"})),
        Deed("errors.mute", on_error("mute_until", {"limit": "5", "window": "3600"})),
        Deed("errors.assign", given),
        Deed("errors.note", on_error("note", {"text": "I look at it"}, {"action": "note", "text": " "})),
    ],
    "error_split": [Deed("errors.split", split_off)],
    "errors_bulk": [
        Deed("errors.resolve", in_bulk("resolve")),
        Deed("errors.acknowledge", in_bulk("acknowledge")),
        Deed("errors.mute", in_bulk("mute")),
        Deed("errors.merge", in_bulk("merge")),
    ],
    "outbox_bulk": [
        Deed("outbox.cancel", chosen_messages(OutgoingState.QUEUED, "cancel")),
        Deed("outbox.retry", chosen_messages(OutgoingState.FAILED, "retry", sure="yes")),
    ],
    "people_bulk": [
        Deed("people.tag", chosen_people({"action": "tag", "name": "vip"})),
        Deed(
            "people.untag",
            chosen_people({"action": "untag", "name": "vip"}, lambda: tags.tag(user_id=CAROL, name="vip", by="")),
        ),
        Deed(
            "access.ban",
            chosen_people({"action": "restrict", "sure": "yes", "kind": "banned", "for": "", "reason": "spam"}),
        ),
    ],
    "conversations_bulk": [
        Deed("conversations.close", chosen_talk({"action": "close", "sure": "yes", "upto": "9999999"})),
        Deed("conversations.assign", chosen_talk({"action": "assign"})),
    ],
    "feedback_bulk": [Deed("feedback.read", chosen_feedback)],
    "job_act": [
        Deed("jobs.run", on_job("run")),
        Deed("jobs.pause", on_job("pause")),
        Deed("jobs.resume", on_job("resume")),
    ],
    "condition_act": [
        Deed("alerts.acknowledge", on_condition("acknowledge")),
        Deed("alerts.silence", on_condition("silence", NONSENSE, length="1h", reason="we know")),
        Deed("alerts.unsilence", on_condition("unsilence")),
    ],
    "maintenance": [Deed("alerts.hold", hold), Deed("alerts.release", release)],
    "restart": [Deed("bot.restart", one_process)],
    "log_level": [Deed("logs.level", level)],
    "log_level_back": [Deed("logs.reset", level_back)],
    "outgoing_cancel": [Deed("outbox.cancel", on_message(OutgoingState.QUEUED))],
    "outgoing_retry": [Deed("outbox.retry", on_message(OutgoingState.FAILED))],
    "replay": [Deed("updates.replay", dead_letters)],
    "replay_one": [Deed("updates.replay", dead_letter)],
    "broadcast_new": [Deed("broadcasts.draft", written)],
    "broadcast_edit": [Deed("broadcasts.edit", on_broadcast(text="<b>Other news</b>"))],
    "broadcast_amend": [Deed("broadcasts.amend", amended)],
    "broadcast_files": [Deed("broadcasts.files", other_files)],
    "broadcast_audience": [Deed("broadcasts.aim", on_broadcast(tag="vip"))],
    "broadcast_delivery": [Deed("broadcasts.delivery", on_broadcast(hours="10:00-20:00"))],
    "broadcast_start": [
        Deed("broadcasts.start", on_broadcast()),
        Deed("broadcasts.schedule", on_broadcast("later", at=f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}")),
    ],
    "broadcast_act": [
        Deed("broadcasts.test", tested),
        Deed("broadcasts.copy", copied),
        Deed("broadcasts.amend", withdrawn),
        Deed("broadcasts.unschedule", on_broadcast("unschedule")),
        Deed("broadcasts.pause", on_broadcast("pause")),
        Deed("broadcasts.resume", on_broadcast("resume")),
    ],
    "broadcast_cancel": [Deed("broadcasts.cancel", on_broadcast())],
    "read": [Deed("feedback.read", unread)],
    "person_grant": [Deed("access.grant", on_person({"role": "support"}))],
    "person_revoke": [
        Deed(
            "access.revoke",
            on_person(before=lambda: access.grant(user_id=CAROL, role=Role.SUPPORT, by="", giver=BOSS)),
        )
    ],
    "person_restrict": [
        Deed("access.ban", on_person({"kind": "banned", "for": "", "reason": "spam"})),
        Deed("access.mute", on_person({"kind": "muted", "for": ""})),
    ],
    "person_lift": [
        Deed("access.lift", on_person(before=lambda: access.restrict(user_id=CAROL, kind=Keep.BANNED, by="")))
    ],
    "person_list": [
        Deed("access.allow", on_person({"on": "yes"})),
        Deed("access.disallow", on_person({"on": "no"}, listed)),
    ],
    "person_erase": [Deed("people.erase", to_forget)],
    "person_tag": [Deed("people.tag", on_person({"name": "vip"}))],
    "person_untag": [
        Deed("people.untag", on_person({"name": "vip"}, lambda: tags.tag(user_id=CAROL, name="vip", by=""))),
    ],
    "access_allow": [Deed("access.allow", lambda: Prepared((), "chat:-5", {"who": "-5"}))],
    "access_disallow": [Deed("access.disallow", listed)],
    "setting_change": [Deed("settings.change", on_setting({"value": "7", "for": ""}))],
    "setting_reset": [Deed("settings.reset", on_setting(AGAIN, changed=True))],
    "answer": [Deed("feedback.answer", to_answer)],
    "funnel_add": [Deed("funnel.add", new_funnel)],
    "funnel_remove": [Deed("funnel.remove", old_funnel)],
    "conversation_reply": [Deed("people.write", to_reply)],
    "conversation_act": [
        Deed("conversations.close", on_talk("close")),
        Deed("conversations.reopen", on_talk("reopen")),
        Deed("conversations.assign", on_talk("assign", {"user": ""})),
        Deed("conversations.take_over", on_talk("take_over", idle=NONSENSE)),
        Deed("conversations.hand_back", on_talk("hand_back")),
        Deed("people.note", on_talk("note", {"note": "Likes maps"}, NO_WORDS)),
        Deed("people.unnote", note_in_talk),
    ],
    "retention_change": [Deed("settings.change", lambda: Prepared((), "setting:retention.updates", {"updates": "30"}))],
}
# A test of alerts or a letter is a change each time: no form of it is idle.
ALWAYS = {
    "alert_test": Deed("alerts.test", lambda: Prepared((), "alerts:channels")),
    "person_write": Deed("people.write", on_person({"text": "Hello"})),
}
# Tested on their own: they are not done by somebody who is logged in, or end that, or are one's own account's or
# browser's, or only lead to the page that asks.
LOGINS = {"login", "login_code", "login_once", "logout", "account_link", "account_unlink", "theme", "language"}
LOGINS |= {"tags_import"}  # it keeps a file, for tags_file to ask about
LOGINS |= {"view_save", "view_change", "view_columns", "updates_bulk"}
LOGINS |= {"account_password", "account_session_end", "account_sessions_end", "account_codes"}
LOGINS |= {"account_browsers_forget"}
LOGINS |= {f"account_factor{part}" for part in ("_begin", "_confirm", "_off")}
# Of other staff, audited by tests of their own. No command does them: the bot's link is a first factor, and who has
# taken over a Telegram account must not be able to take the second one away with it.
LOGINS |= {"account_reset", "account_log_out"}
LOGINS |= {"csp_report"}  # of browsers
# Texts for a field of the pages, which Telegram's own has not: tests/database/dashboard/test_quick_replies.py.
LOGINS |= {"quick_replies", "quick_reply"}
