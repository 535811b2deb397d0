"""Addresses of the pages and of the endpoints for machines."""

from django.contrib.auth.views import LogoutView
from django.urls import path, re_path

from dashboard import endpoints
from dashboard.csp_reports import csp_report
from dashboard.lists.conversations import CONVERSATIONS
from dashboard.lists.errors import ERRORS
from dashboard.lists.feedback import FEEDBACK
from dashboard.lists.outbox import OUTBOX
from dashboard.lists.people import PEOPLE
from dashboard.lists.updates import UPDATES
from dashboard.tables.bulk import bulk
from dashboard.tables.views import view_change, view_columns, view_save
from dashboard.views.access import access, access_allow, access_disallow
from dashboard.views.account import (
    account,
    account_link,
    account_password,
    account_session_end,
    account_sessions_end,
    account_unlink,
)
from dashboard.views.accounts import account_log_out, account_reset, accounts
from dashboard.views.alerts import alerts, maintenance, test
from dashboard.views.amend import delete, edit
from dashboard.views.analytics import answers, funnel_add, funnel_remove, funnels, sources, usage
from dashboard.views.audit import audit
from dashboard.views.broadcast_changes import broadcast_amend, broadcast_files
from dashboard.views.broadcast_delivery import broadcast_delivery
from dashboard.views.broadcasts import (
    broadcast,
    broadcast_act,
    broadcast_audience,
    broadcast_cancel,
    broadcast_edit,
    broadcast_new,
    broadcast_start,
    broadcasts,
)
from dashboard.views.chats import chat, chats
from dashboard.views.conditions import condition_act
from dashboard.views.conversations import conversation, conversation_act, conversation_reply, conversations
from dashboard.views.error_actions import error_act, error_split
from dashboard.views.errors import error, errors
from dashboard.views.events import events
from dashboard.views.exports import export
from dashboard.views.factor import (
    account_browsers_forget,
    account_codes,
    account_factor,
    account_factor_begin,
    account_factor_confirm,
    account_factor_off,
)
from dashboard.views.favicon import favicon
from dashboard.views.features import commands, texts
from dashboard.views.feedback import answer, feedback, read
from dashboard.views.find import find
from dashboard.views.growth import growth
from dashboard.views.intake import webhook
from dashboard.views.jobs import job, job_act, jobs
from dashboard.views.login import Login, login_code
from dashboard.views.login_link import login_link, login_once
from dashboard.views.logs import log_level, log_level_back, logs
from dashboard.views.look import language, theme
from dashboard.views.media import media_in, media_out
from dashboard.views.monitoring import monitoring
from dashboard.views.outbox import cancel, outbox, outgoing_message, retry
from dashboard.views.overview import overview
from dashboard.views.people import people, person
from dashboard.views.person_actions import (
    person_grant,
    person_lift,
    person_list,
    person_restrict,
    person_revoke,
    person_tag,
    person_untag,
    person_write,
)
from dashboard.views.person_data import person_archive, person_data, person_erase, person_takeout
from dashboard.views.person_notes import person_attribute, person_note, person_unattribute, person_unnote
from dashboard.views.quick_replies import quick_replies, quick_reply
from dashboard.views.replay import replay, replay_one
from dashboard.views.restart import restart
from dashboard.views.retention import retention, retention_change
from dashboard.views.segments import segment, segment_change, segment_new, segments
from dashboard.views.settings import setting, setting_change, setting_reset, settings
from dashboard.views.tag_import import tags_file, tags_import
from dashboard.views.updates import update, updates

app_name = "dashboard"
urlpatterns = [
    path("", overview, name="overview"),
    path("find/", find, name="find"),
    path("updates/", updates, name="updates"),
    path("updates/bulk/", bulk(UPDATES, "replay_update"), name="updates_bulk"),
    path("updates/replay/", replay, name="replay"),
    path("updates/<int:pk>/", update, name="update"),
    path("updates/<int:pk>/replay/", replay_one, name="replay_one"),
    path("people/", people, name="people"),
    path("people/growth/", growth, name="growth"),
    path("people/segments/", segments, name="segments"),
    path("people/segments/new/", segment_new, name="segment_new"),
    path("people/segments/<int:pk>/", segment, name="segment"),
    path("people/segments/<int:pk>/change/", segment_change, name="segment_change"),
    path("people/tags/", tags_import, name="tags_import"),
    path("people/tags/<int:pk>/", tags_file, name="tags_file"),
    path("people/growth/usage/", usage, name="usage"),
    path("people/growth/sources/", sources, name="sources"),
    path("people/growth/funnels/", funnels, name="funnels"),
    path("people/growth/funnels/add/", funnel_add, name="funnel_add"),
    path("people/growth/funnels/<int:pk>/remove/", funnel_remove, name="funnel_remove"),
    path("people/growth/answers/", answers, name="answers"),
    path("people/bulk/", bulk(PEOPLE, "change_user"), name="people_bulk"),
    path("people/<int:pk>/", person, name="person"),
    path("people/<int:pk>/grant/", person_grant, name="person_grant"),
    path("people/<int:pk>/revoke/", person_revoke, name="person_revoke"),
    path("people/<int:pk>/restrict/", person_restrict, name="person_restrict"),
    path("people/<int:pk>/lift/", person_lift, name="person_lift"),
    path("people/<int:pk>/list/", person_list, name="person_list"),
    path("people/<int:pk>/tag/", person_tag, name="person_tag"),
    path("people/<int:pk>/untag/", person_untag, name="person_untag"),
    path("people/<int:pk>/note/", person_note, name="person_note"),
    path("people/<int:pk>/unnote/", person_unnote, name="person_unnote"),
    path("people/<int:pk>/attribute/", person_attribute, name="person_attribute"),
    path("people/<int:pk>/unattribute/", person_unattribute, name="person_unattribute"),
    path("people/<int:pk>/write/", person_write, name="person_write"),
    path("people/<int:pk>/data/", person_data, name="person_data"),
    path("people/<int:pk>/data/erase/", person_erase, name="person_erase"),
    path("people/<int:pk>/data.json", person_takeout, name="person_takeout"),
    path("people/<int:pk>/data.zip", person_archive, name="person_archive"),
    path("access/", access, name="access"),
    path("access/allow/", access_allow, name="access_allow"),
    path("access/disallow/", access_disallow, name="access_disallow"),
    path("chats/", chats, name="chats"),
    re_path(r"^chats/(?P<chat_id>-?[0-9]{1,16})/$", chat, name="chat"),
    path("outbox/", outbox, name="outbox"),
    path("outbox/bulk/", bulk(OUTBOX, "resend_outgoingmessage"), name="outbox_bulk"),
    path("outbox/<int:pk>/", outgoing_message, name="outgoing"),
    path("outbox/<int:pk>/cancel/", cancel, name="outgoing_cancel"),
    path("outbox/<int:pk>/retry/", retry, name="outgoing_retry"),
    path("outbox/<int:pk>/edit/", edit, name="outgoing_edit"),
    path("outbox/<int:pk>/delete/", delete, name="outgoing_delete"),
    path("media/in/<int:pk>/", media_in, name="media_in"),
    path("media/out/<int:pk>/", media_out, name="media_out"),
    path("broadcasts/", broadcasts, name="broadcasts"),
    path("broadcasts/new/", broadcast_new, name="broadcast_new"),
    path("broadcasts/<int:pk>/", broadcast, name="broadcast"),
    path("broadcasts/<int:pk>/edit/", broadcast_edit, name="broadcast_edit"),
    path("broadcasts/<int:pk>/audience/", broadcast_audience, name="broadcast_audience"),
    path("broadcasts/<int:pk>/delivery/", broadcast_delivery, name="broadcast_delivery"),
    path("broadcasts/<int:pk>/start/", broadcast_start, name="broadcast_start"),
    path("broadcasts/<int:pk>/cancel/", broadcast_cancel, name="broadcast_cancel"),
    path("broadcasts/<int:pk>/files/", broadcast_files, name="broadcast_files"),
    path("broadcasts/<int:pk>/amend/", broadcast_amend, name="broadcast_amend"),
    path("broadcasts/<int:pk>/act/", broadcast_act, name="broadcast_act"),
    path("errors/", errors, name="errors"),
    path("errors/bulk/", bulk(ERRORS, "triage_errorgroup"), name="errors_bulk"),
    path("errors/<int:pk>/", error, name="error"),
    path("errors/<int:pk>/act/", error_act, name="error_act"),
    path("errors/<int:pk>/split/", error_split, name="error_split"),
    path("jobs/", jobs, name="jobs"),
    path("jobs/<slug:name>/", job, name="job"),
    path("jobs/<slug:name>/act/", job_act, name="job_act"),
    path("retention/", retention, name="retention"),
    path("retention/change/", retention_change, name="retention_change"),
    path("alerts/", alerts, name="alerts"),
    path("alerts/maintenance/", maintenance, name="maintenance"),
    path("alerts/test/", test, name="alert_test"),
    path("alerts/conditions/<slug:name>/", condition_act, name="condition_act"),
    path("conversations/", conversations, name="conversations"),
    path("conversations/bulk/", bulk(CONVERSATIONS, "change_conversation"), name="conversations_bulk"),
    path("conversations/replies/", quick_replies, name="quick_replies"),
    path("conversations/replies/<int:pk>/", quick_reply, name="quick_reply"),
    path("conversations/<int:pk>/", conversation, name="conversation"),
    path("conversations/<int:pk>/reply/", conversation_reply, name="conversation_reply"),
    path("conversations/<int:pk>/act/", conversation_act, name="conversation_act"),
    path("feedback/", feedback, name="feedback"),
    path("feedback/bulk/", bulk(FEEDBACK, "change_feedback"), name="feedback_bulk"),
    path("feedback/<int:pk>/read/", read, name="read"),
    path("feedback/<int:pk>/answer/", answer, name="answer"),
    path("monitoring/", monitoring, name="monitoring"),
    path("monitoring/restart/", restart, name="restart"),
    path("events/", events, name="events"),
    path("settings/", settings, name="settings"),
    path("lists/<slug:table>/views/", view_save, name="view_save"),
    path("lists/<slug:table>/views/<int:pk>/", view_change, name="view_change"),
    path("lists/<slug:table>/columns/", view_columns, name="view_columns"),
    path("exports/<slug:kind>.<slug:form>", export, name="export"),
    path("audit/", audit, name="audit"),
    path("settings/logs/", logs, name="logs"),
    path("settings/logs/level/", log_level, name="log_level"),
    path("settings/logs/back/", log_level_back, name="log_level_back"),
    path("settings/commands/", commands, name="commands"),
    path("settings/texts/", texts, name="texts"),
    path("settings/webhook/", webhook, name="intake"),
    path("settings/<str:name>/", setting, name="setting"),
    path("settings/<str:name>/change/", setting_change, name="setting_change"),
    path("settings/<str:name>/reset/", setting_reset, name="setting_reset"),
    path("look/theme/", theme, name="theme"),
    path("look/language/", language, name="language"),
    path("account/", account, name="account"),
    path("account/link/", account_link, name="account_link"),
    path("account/unlink/", account_unlink, name="account_unlink"),
    path("account/password/", account_password, name="account_password"),
    path("account/sessions/end/", account_session_end, name="account_session_end"),
    path("account/sessions/end-others/", account_sessions_end, name="account_sessions_end"),
    path("account/second-factor/", account_factor, name="account_factor"),
    path("account/second-factor/begin/", account_factor_begin, name="account_factor_begin"),
    path("account/second-factor/confirm/", account_factor_confirm, name="account_factor_confirm"),
    path("account/second-factor/codes/", account_codes, name="account_codes"),
    path("account/second-factor/off/", account_factor_off, name="account_factor_off"),
    path("account/second-factor/forget/", account_browsers_forget, name="account_browsers_forget"),
    path("accounts/", accounts, name="accounts"),
    path("accounts/<int:pk>/reset/", account_reset, name="account_reset"),
    path("accounts/<int:pk>/log-out/", account_log_out, name="account_log_out"),
    path("login/", Login.as_view(), name="login"),
    path("login/code/", login_code, name="login_code"),
    path("login/once/", login_once, name="login_once"),
    path("login/<str:secret>/", login_link, name="login_link"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("csp-report/", csp_report, name="csp_report"),
    path("favicon.ico", favicon, name="favicon"),
    path("healthz", endpoints.healthz, name="healthz"),
    path("readyz", endpoints.readyz, name="readyz"),
    path("statusz", endpoints.statusz, name="statusz"),
    path("metrics", endpoints.metrics, name="metrics"),
]
