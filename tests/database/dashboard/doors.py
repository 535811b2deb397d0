"""Who opens which door: every address of the web with who gets in, the one table that the walk compares with.

Letters: v viewer, s support and up, m moderator and up, a admin and up, o owner; * all of the staff, and nobody is "".
"""

from collections.abc import Mapping

from django.contrib.auth.models import User as Login
from django.db.models import Model
from django.urls import reverse

from botcore.models import (
    Broadcast,
    ErrorGroup,
    Feedback,
    Funnel,
    Job,
    OutgoingMessage,
    QuickReply,
    SavedView,
    Segment,
    TagImport,
    Update,
    User,
)

# The pages: a view has one guard, so who may look may also send its form.
PAGES = {
    "*": "account account_link account_unlink account_password account_session_end account_sessions_end account_factor "
    "account_factor_begin account_factor_confirm account_factor_off account_codes account_browsers_forget find theme "
    "language",
    "vs": "overview updates update people growth usage sources funnels answers "
    "person chats chat conversations conversation outbox outgoing feedback events monitoring "
    "view_save view_change view_columns segments segment",
    "vm": "broadcasts broadcast",
    "va": "alerts jobs job",
    "s": "read answer person_write feedback_bulk conversations_bulk conversation_reply conversation_act media_in "
    "media_out",
    "m": "quick_replies quick_reply "
    "access access_allow access_disallow person_restrict person_lift person_list person_tag person_untag "
    "person_note person_unnote person_attribute person_unattribute segment_new segment_change "
    "tags_import tags_file errors "
    "error outgoing_cancel outgoing_retry outgoing_edit outgoing_delete outbox_bulk people_bulk",
    "a": "person_archive person_data person_erase person_takeout person_grant person_revoke "
    "broadcast_new broadcast_edit broadcast_audience broadcast_amend broadcast_files broadcast_delivery "
    "broadcast_start "
    "broadcast_cancel broadcast_act error_act "
    "error_split errors_bulk replay replay_one settings setting setting_change setting_reset logs log_level "
    "commands texts intake funnel_add funnel_remove "
    "updates_bulk log_level_back job_act retention retention_change export audit maintenance "
    "alert_test condition_act",
    "o": "restart accounts account_reset account_log_out",
}
# Everybody's, also strangers'; each looks after itself, and statusz asks for a token or for who may see updates.
OPEN = {"login", "login_code", "login_once", "login_link", "logout", "favicon", "csp_report", "healthz", "readyz"}
OPEN |= {"metrics", "webhook"}
STATUS = {"statusz": "vs"}
ROWS: dict[str, type[Model] | str] = {
    **dict.fromkeys(("update", "replay_one", "media_in"), Update),
    **dict.fromkeys(("outgoing", "outgoing_cancel", "outgoing_retry"), OutgoingMessage),
    **dict.fromkeys(("outgoing_edit", "outgoing_delete", "media_out"), OutgoingMessage),
    **dict.fromkeys(("error", "error_act", "error_split"), ErrorGroup),
    **dict.fromkeys(("read", "answer"), Feedback),
    "funnel_remove": Funnel,
    **dict.fromkeys(("job", "job_act"), Job),
    **dict.fromkeys(
        [f"broadcast{part}" for part in ("", "_edit", "_amend", "_files", "_audience", "_start", "_cancel", "_act")],
        Broadcast,
    ),
    "broadcast_delivery": Broadcast,
    **{f"person{part}": User for part in ("", "_grant", "_revoke", "_restrict", "_lift", "_list", "_tag", "_untag")},
    **dict.fromkeys(("person_write", "person_note", "person_unnote", "chat"), User),
    **dict.fromkeys(("person_attribute", "person_unattribute"), User),
    **dict.fromkeys(("person_archive", "person_data", "person_erase", "person_takeout"), User),
    **dict.fromkeys(("view_save", "view_columns"), "updates"),
    "view_change": SavedView,
    **dict.fromkeys(("segment", "segment_change"), Segment),
    "tags_file": TagImport,
    **dict.fromkeys(("account_reset", "account_log_out"), Login),
    **dict.fromkeys(("setting", "setting_change", "setting_reset"), "alerts.cap"),
    "condition_act": "job_stale",
    **{f"conversation{part}": User for part in ("", "_reply", "_act")},
    "quick_reply": QuickReply,
    "login_link": "nothing",
}

# Django's admin: who looks at a table; nobody adds, changes or deletes rows but where it stands below.
TABLES = {
    "vs": "chat conversation event feedback heartbeat outgoingmessage update user",
    "vm": "broadcast",
    "va": "alert job",
    "s": "quickreply",
    "m": "errorgroup restriction",
    "a": "accessversion accountsession alertchannel alertdelivery allowedchat auditentry botfacts broadcastdelivery "
    "broadcastbutton broadcastpress "
    "condition confirmation errorevent errorfingerprint groupchange jobrun knownbrowser lane lease limituse "
    "metricsample oncekey onetimecode outboxlane persistentdata persontag processsample publishedmenu rolegrant "
    "runtimesetting savedview segment stafflink throttledebt activitymark botfeature broadcastcard callbackdata "
    "broadcastwait callbudget chatalias cohortweek "
    "earliername earlierrun errorhour errorperson errorreceipt failedattempt "
    "outboxwake peopleday personattribute personday personnote tagimport updatecount "
    "updatesum uploadedfile webhook "
    "answerday enclosure enclosurepiece erasure funnel funnelweek personhandler sourcecount "
    "groupplace grouppost operatorsgroup",
    "o": "auth.user auth.group",
    "": "axes.accessattempt axes.accessfailurelog axes.accesslog otp_totp.totpdevice",  # superusers only
}
CHANGES = {"feedback": "s", "user": "m", "auth.user": "o", "auth.group": "o"}
DELETES = {"feedback": "a", "user": "a", "auth.user": "o", "auth.group": "o"}
ADDS = {"auth.user": "o", "auth.group": "o"}
# The admin's own pages. Its login and its page of passwords lead to ours; no field of ours uses `autocomplete`.
ADMIN = {"index": "*", "jsi18n": "*", "view_on_site": "*", "password_change_done": "*", "autocomplete": ""}
ADMIN_OPEN = {"login", "logout", "password_change"}
ADMIN_APPS = {"botcore": "vs", "auth": "o"}  # its page of an app is not found by who may see nothing in it


def page(name: str, rows: Mapping[type[Model], Model], chat: int) -> str:
    """Return the address of a page, of a row that is there; `chat` is a person and the private chat with them."""
    if name == "export":
        return reverse("dashboard:export", args=("events", "csv"))
    key = ROWS.get(name)
    if key is None:
        return reverse(f"dashboard:{name}")
    if name == "view_change":
        return reverse("dashboard:view_change", args=["updates", rows[SavedView].pk])
    if name in {"chat", "conversation"} or name.startswith(("person", "conversation_")):
        return reverse(f"dashboard:{name}", args=[chat])
    return reverse(f"dashboard:{name}", args=[key if isinstance(key, str) else rows[key].pk])
