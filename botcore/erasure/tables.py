"""The one declaration of what every column of every table holds of a person: what goes, what is masked, what is none.

A column that is new and missing here fails tests/database/test_erasure_columns.py, which says what to write.
"""

from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botcore import models as m
from botcore.erasure.models import Erasure
from botcore.inbox.models import ELSEWHERE


@dataclass(frozen=True)
class Table:
    """A model's columns, each named once, with blanks between them.

    `ids` hold a person's id, also as that of the private chat: such a row is theirs. `keys` are texts that are of a
    person when the id is a part, such as chat:42. `own` tell of nobody but the row's person, and go or stay with it.
    `quotes` are texts in rows of others that may name a person, and are masked; `drops` the same where the row is
    useless without. `never` hold nothing of a person. `hidden` ones are in no export. `label` names on the panel rows
    that an index finds; `also` are conditions under which a partial index finds an id.
    """

    model: type[Model]
    ids: str = ""
    keys: str = ""
    own: str = ""
    quotes: str = ""
    drops: str = ""
    never: str = ""
    hidden: str = ""
    label: str | Promise = ""
    also: dict[str, Q] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What the table is called in files and counts."""
        return self.model.__name__

    @cached_property
    def id_columns(self) -> list[str]:
        """The columns of ids."""
        return self.ids.split()

    @cached_property
    def walked(self) -> list[str]:
        """The columns that are searched in every row."""
        return [*self.keys.split(), *self.quotes.split(), *self.drops.split()]

    @cached_property
    def declared(self) -> list[str]:
        """All columns that are named."""
        return [*self.id_columns, *self.walked, *self.own.split(), *self.never.split()]

    def theirs(self, column: str, user_id: int) -> Q:
        """Return which rows are a person's by this column."""
        return Q(**{column: user_id}) & self.also.get(column, Q())

    def all_theirs(self, user_id: int) -> Q:
        """Return which rows are a person's by any of its columns."""
        return reduce(or_, (self.theirs(column, user_id) for column in self.id_columns), Q(pk__in=[]))


# Their rows go in this order: who is still known may still be sent something, and what refers to them goes with them.
TABLES: tuple[Table, ...] = (
    Table(m.Restriction, ids="user_id", quotes="reason by", hidden="by", label=_("Bans and mutes")),
    Table(m.AllowedChat, ids="chat_id", quotes="by", hidden="by", label=_("On the list of those whom the bot serves")),
    Table(m.RoleGrant, ids="user_id", quotes="by", hidden="by"),
    Table(m.StaffLink, ids="user_id"),
    Table(m.PublishedMenu, ids="user_id", never="bot_id digest"),
    Table(m.Confirmation, ids="user_id chat_id", drops="arguments", never="key action used_by", hidden="key"),
    Table(m.ThrottleDebt, keys="key"),
    Table(m.LimitUse, keys="key"),
    Table(m.CallbackData, ids="chat_id user_id", drops="data", never="key", hidden="key"),
    Table(m.PersistentData, keys="key", quotes="data", never="bot_id"),
    Table(m.ErrorPerson, ids="user_id"),
    Table(
        m.ErrorEvent,
        ids="user_id chat_id",
        quotes="message payload",
        never="reference handler process release update_pk update_id request_id trace_id",
        hidden="payload",
    ),
    Table(m.BroadcastPress, ids="user_id", label=_("Pressed buttons of broadcasts")),
    Table(m.BroadcastCard, ids="chat_id", quotes="shown", never="bot_id message_id edit"),
    Table(m.BroadcastWait, ids="person"),
    Table(m.OutboxWake, ids="chat_id", never="bot_id"),
    Table(m.OutboxLane, ids="chat_id", never="bot_id owner seq"),
    Table(m.Lane, ids="key", never="bot_id owner seq"),
    Table(
        m.OutgoingMessage,
        ids="chat_id",
        quotes="payload error source key files",
        never="bot_id method message_id",
        label=_("Messages of the bot"),
    ),
    Table(m.EnclosurePiece, never="data", hidden="data"),  # a part of the next one's row, and goes with it
    Table(m.Enclosure, ids="chat_id", quotes="name", never="holder kind sha256", label=_("Files to be sent")),
    Table(m.OnceKey, drops="key answer", never="bot_id"),
    Table(m.FailedAttempt, quotes="error", never="handler error_group"),
    Table(m.EarlierRun, quotes="error replayed_by", never="handler"),
    Table(
        m.Update,
        ids="chat_id user_id",
        own="lane_key",
        quotes="raw error",
        never="bot_id update_id kind handler error_group",
        label=_("Updates"),
        also={"user_id": ELSEWHERE},
    ),
    Table(m.Feedback, ids="user", own="chat_id update_pk message_id kind", quotes="text", label=_("Feedback")),
    Table(m.GroupPost, ids="person", quotes="by", never="feedback answer chat_id message_id heading_id", hidden="by"),
    Table(m.GroupPlace, ids="person", never="chat_id topic last call heading post"),
    Table(m.PersonDay, ids="user", label=_("Days of activity")),
    Table(m.PersonTag, ids="user", drops="name", label=_("Tags")),
    Table(m.PersonNote, ids="user", quotes="text by", hidden="by", label=_("Notes")),
    Table(m.PersonAttribute, ids="user", own="name", quotes="value", label=_("Attributes")),
    Table(m.EarlierName, ids="user", own="first_name last_name username", label=_("Earlier names")),
    Table(m.PersonHandler, ids="user", own="handler"),
    Table(m.Conversation, ids="person", quotes="answered_by taken_by", hidden="answered_by taken_by"),
    Table(m.Chat, ids="id", own="type title username"),
    Table(m.User, ids="id", own="first_name last_name username telegram_language language source", label=_("Profile")),
    # From here on no row is a person's; some may name one.
    Table(m.ErrorGroup, quotes="title", never="kind culprit handler resolved_release first_release last_release"),
    Table(m.ErrorFingerprint, quotes="title", never="value"),
    Table(m.GroupChange, quotes="by text"),
    Table(m.Alert, quotes="title text", never="condition avoids"),
    Table(m.AlertDelivery, keys="target", quotes="error", never="outgoing"),
    Table(m.AlertChannel, quotes="last_error"),
    Table(m.Condition, quotes="words acked_by silenced_by silence_reason", never="name"),
    Table(m.Event, quotes="text", never="kind process bot_id"),
    Table(
        m.Broadcast,
        own="tell_chat cursor",  # numbers, of which stopping.py takes care
        quotes="payload about created_by why audience",
        never="bot_id method update_pk test_message hours",
    ),
    Table(m.BroadcastButton, quotes="text"),
    Table(m.RuntimeSetting, quotes="value by", never="name"),
    Table(m.Job, quotes="paused_by wanted_by", never="name schedule owner"),
    Table(m.JobRun, quotes="by words", never="owner"),
    Table(m.SavedView, drops="name query", never="table"),
    Table(m.QuickReply, quotes="name text by", never="parse_mode"),
    Table(m.Segment, quotes="name conditions by"),
    Table(m.TagImport, drops="pairs report"),
    Table(m.Funnel, quotes="name", never="steps"),
    Table(m.CallBudget, keys="scope", never="bot_id taken_by"),
    Table(m.AuditEntry, own="at channel actor actor_id action target before after ip request_id previous digest"),
    Table(Erasure, own="person_id marks", quotes="by", never="digest step cursor counts"),
    # From here on nothing is of a person, nor names one.
    Table(m.OperatorsGroup, never="chat_id reaction"),
    Table(m.ChatAlias, never="old_id new_id"),
    Table(m.AccessVersion, never="number"),
    Table(m.OneTimeCode, never="digest"),
    Table(m.AccountSession, never="ip browser"),  # of staff accounts
    Table(m.KnownBrowser, never="digest"),
    Table(m.ErrorHour),
    Table(m.ErrorReceipt),
    Table(m.BroadcastDelivery),
    Table(m.PeopleDay),
    Table(m.CohortWeek),
    Table(m.SourceCount, never="source"),
    Table(m.FunnelWeek, never="reached"),
    Table(m.AnswerDay),
    Table(m.ActivityMark, never="last_update"),
    Table(m.Heartbeat, never="process role version bot_id bot_username state machine intake trouble connection "
          "connection_words circuit metrics vitals"),
    Table(m.UpdateCount, never="kind handler state"),
    Table(m.UpdateSum, never="kind handler state count"),
    Table(m.ProcessSample, never="process values"),
    Table(m.MetricSample, never="values"),
    Table(m.Lease, never="name owner"),
    Table(m.BotFacts, never="token_number facts"),
    Table(m.Webhook, never="bot_id secret url told_secret last_error ip_address allowed_updates"),
    Table(m.UploadedFile, never="bot_id sha256 kind file_id"),
    Table(m.BotFeature, never="bot_id name order usage help file"),
)  # fmt: skip
# Tables of others, of staff accounts: they end with the account, not with the Telegram account that it is linked with.
ELSEWHERE_TABLES = frozenset({"auth", "axes", "otp_totp", "sessions", "contenttypes", "admin"})
