"""The sentences, as they are written into rows and shown later: what stands in brackets says what fits, see matching.

`tests/unit/test_sentences.py` looks through the code for those that are missing here.
"""

from django.utils.translation import gettext_noop as _

# An amount decides the form: one, and many.
COUNTED = (
    # checks
    (
        "%(n)s record waits for the database, and is written when it is back.",
        "%(n)s records wait for the database, and are written when it is back.",
    ),
    ("%(n)s worker turns.", "%(n)s workers turn."),
    # conditions
    (
        "%(n)s update within an hour; mend the cause, then replay them.",
        "%(n)s updates within an hour; mend the cause, then replay them.",
    ),
    # parts of events and of what jobs did
    ("%(n)s day", "%(n)s days"),
    ("%(n)s week", "%(n)s weeks"),
    ("%(n)s minute", "%(n)s minutes"),
    ("%(n)s update", "%(n)s updates"),
    ("%(n)s bot process", "%(n)s bot processes"),
    ("%(n)s person", "%(n)s people"),
    ("%(n)s alert in one", "%(n)s alerts in one"),
    (
        "%(who)s sent %(words)s through again; %(n)s was refused",
        "%(who)s sent %(words)s through again; %(n)s were refused",
    ),
)
SENTENCES = (
    # checks of the database
    _("The database took %(n)s s for the least there is: look at its load and its locks."),
    _("It answers in %(n)s ms."),
    _("The database does not answer: see that it runs and that DATABASE_URL is right. Nothing is lost meanwhile."),
    _("DATABASE_URL is not valid. `manage.py check` says what to write."),
    _("The database answers, but a read of its tables does not end: look for locks and long statements in it."),
    _("%(n)s to apply: run `manage.py migrate`."),
    _("The database has every migration."),
    _("It cannot be read: see the check %(name)s."),
    # checks of processes
    _("No bot process is alive: start or restart `manage.py runbot`; its log says why the last one fell silent."),
    _("No bot process is alive: start `manage.py runbot`; its log says why the last one ended."),
    _("No bot process is alive."),
    _("%(process)s: %(words)s"),
    # checks of how updates come in
    _("Nothing is polled: updates come by webhook."),
    _("Telegram has not answered getUpdates for %(time)s: see the check bot_api and the bot's log."),
    _("The last getUpdates was %(time)s ago, which is late."),
    _("The last getUpdates was answered %(time)s ago."),
    _("Nobody polls at this moment: a process starts or takes over."),
    _("Nobody has polled for %(time)s: the bot waits for Telegram, see the check bot_api."),
    _("Nobody has polled for %(time)s: see the log of the bot."),
    _("Nobody else takes the bot's updates."),
    _("No webhook is used: updates are polled."),
    _("Telegram has said nothing of the webhook for 10 minutes: see the check bot_api and the log of the bot."),
    _(
        "Telegram could not deliver %(time)s ago (%(error)s), and %(n)s updates wait at Telegram: "
        "see that %(url)s is reached from outside."
    ),
    _("%(n)s updates wait at Telegram: more bot or web processes, or quicker handlers."),
    _("%(n)s updates wait at Telegram; they are delivered as fast as they are taken."),
    _("Telegram could not deliver %(time)s ago (%(error)s); it was made good."),
    _("Telegram delivers; nothing waits there."),
    # checks of jobs
    _("No job is scheduled: the loop that runs them has not begun; see the bot's log."),
    _("All %(n)s ran when they were due."),
    _("None of %(n)s has run yet: none was due."),
    _("%(n)s of %(n_all)s ran when they were due; %(n_not)s not yet: no time of theirs has come."),
    _("%(name)s is paused by %(who)s."),
    _("%(name)s is paused."),
    _("%(name)s failed: its last run; its runs say why."),
    _("%(name)s failed: %(n)s runs in a row; its runs say why."),
    _("%(name)s has been due for %(time)s: is a bot process alive?"),
    # checks of the machine
    _("%(n)s of %(n_all)s records wait in memory: see the checks database and spool, and the disk."),
    _("Records are written as they come."),
    _("Nothing waits in files."),
    _("How much is free where SPOOL_DIR is, is not known."),
    _("%(n)s of %(n_all)s GiB are free where SPOOL_DIR is: make room now, the database and the spool may stop."),
    _("%(n)s of %(n_all)s GiB are free where SPOOL_DIR is: make room soon."),
    _("%(n)s of %(n_all)s GiB are free where SPOOL_DIR is."),
    _("All clocks agree with the database's."),
    _("This machine's clock agrees with the database's."),
    _("The clock of this machine is %(n)s s ahead of the database's: see NTP on both."),
    _("The clock of this machine is %(n)s s behind the database's: see NTP on both."),
    _("Its machine's clock is %(n)s s ahead of the database's: see NTP on both."),
    _("Its machine's clock is %(n)s s behind the database's: see NTP on both."),
    _("Ages in pages are off by as much."),
    # checks of the way to Telegram
    _("It has not reached Telegram since its start: see TELEGRAM_API_URL, the network and a proxy."),
    _("It goes on by itself when Telegram answers."),
    _("It connects."),
    _("It has said nothing of its link."),
    _("Telegram answers."),
    _("The circuit is open: calls to Telegram fail at once; it closes when one is answered."),
    _("The circuit is half-open: one call tries whether Telegram answers again."),
    _("Calls go to Telegram."),
    # checks of the work
    _("It starts; its worker does not work yet."),
    _("Its worker has not begun: Telegram has never said who the bot is; see bot_api."),
    _("Its worker has not turned for %(time)s: restart the process."),
    _("Its worker has not turned for %(time)s: is the database slow?"),
    _("No update waits."),
    _("The oldest update has waited for %(time)s."),
    _("The oldest update has waited for %(time)s: is a worker away, a handler slow, or is it tried again?"),
    _("No message waits that is due."),
    _("The oldest message that is due (%(word)s) has waited for %(time)s."),
    _(
        "The oldest message that is due (%(word)s) has waited for %(time)s: "
        "is Telegram away, a chat flooded, or no bot process alive?"
    ),
    # the link to Telegram, and what happened to it
    _("Some calls to Telegram fail or are slow, the last one %(why)s."),
    _("No call to Telegram has succeeded since the start UTC, the last one %(why)s."),
    _("No call to Telegram has succeeded since %(at)s UTC, the last one %(why)s."),
    _("%(url)s rejects the bot's token; the process ends if it goes on doing so."),
    _("Connecting to %(url)s: %(why)s"),
    _("Calls to Telegram succeed."),
    _(
        "TELEGRAM_BOT_TOKEN was rejected by %(url)s: write the token that @BotFather gave you, "
        "and check that TELEGRAM_API_URL is a Bot API server."
    ),
    _("The process ends."),
    _(
        "TELEGRAM_API_URL: %(url)s has not answered for %(n)s s (%(why)s). "
        "The bot goes on trying; check the address and the network."
    ),
    _("Telegram does not answer; calls fail at once until it does."),
    _("Telegram answers again."),
    _("Telegram asks for a pause. All calls wait for %(n)s s."),
    _("Telegram asks for a pause. All paid calls wait for %(n)s s."),
    _("Telegram asks for a pause. Calls for %(what)s wait for %(n)s s."),
    _("%(name)s: %(why)s; such texts go out without markup, see the log."),
    _("%(name)s: %(why)s; such texts go out without markup. One of them: %(text)s"),
    _("The webhook was changed by somebody else; it is set again."),
    _("Telegram could not deliver an update: %(error)s"),
    # who polls, and what was missed
    _("Nobody else polls this token any more."),
    _("Someone has set a webhook for this token: updates go there. Restart the bot to remove it."),
    _("Someone else polls this token: another deployment, or a colleague's machine. Stop it, or /revoke."),
    _("Polling %(words)s; the process ends."),
    _("Polling %(words)s; it is rebuilt."),
    _("was cancelled"),
    _("hung for %(n)s s"),
    _("ended (%(error)s)"),
    _("ended"),
    _("down %(n)s h; up to %(n_lost)s h of updates are gone"),
    _("nobody polled for %(time)s; Telegram kept the updates"),
    _(
        "%(n)s updates before number %(n_first)s never came: they expired at Telegram "
        "(a pressed button after 150 s), or somebody else took them"
    ),
    # processes and their database
    _("The database was away for %(n)s s; nothing is lost."),
    _("The process %(name)s ended without stopping; what it held goes on."),
    _("%(who)s asked for a restart of %(words)s."),
    _("A process did not come back: the restart that %(who)s asked for ends here."),
    _("%(n)s of %(words)s came back in %(n_seconds)s s: version %(name)s."),
    _("Who asked for the restart cannot be told: %(why)s"),
    # backups
    _("A backup was made: %(name)s, %(n)s MiB."),
    _("A backup failed: %(words)s"),
    _("The backup %(name)s was restored."),
    _("The backup of other tools was restored."),
    _("Held back: %(words)s; decide about them on the pages Outbox and Broadcasts."),
    # what people decided
    _("The operators' group %(name)s is turned off: %(why)s. What people write waits in the inbox."),
    _("A message of person %(n)s could not be brought to the operators' group; the inbox has it."),
    _("%(who)s changed %(name)s from %(words)s to %(words_after)s, until %(at)s UTC."),
    _("%(who)s changed %(name)s from %(words)s to %(words_after)s."),
    _("on"),
    _("off"),
    _("none"),
    _("%(who)s holds alerts for %(word)s."),
    _("%(who)s lets alerts be told again."),
    _("%(who)s sent %(words)s through again"),
    _("%(who)s asked for a run of %(name)s."),
    _("%(who)s paused %(name)s."),
    _("%(who)s resumed %(name)s."),
    _("%(who)s wrote broadcast %(n)s."),
    _("%(who)s started broadcast %(n)s to %(words)s."),
    _("more than %(n)s people"),
    _("%(who)s wrote broadcast %(n)s as a copy of %(n_before)s."),
    _("%(who)s wrote broadcast %(n)s, which edits what broadcast %(n_before)s has sent."),
    _("%(who)s wrote broadcast %(n)s, which deletes what broadcast %(n_before)s has sent."),
    _("%(who)s changed what broadcast %(n)s says."),
    _("%(who)s gave broadcast %(n)s other files."),
    _("Telegram does not have any more what it sends: %(error)s"),
    _("%(who)s changed the buttons of broadcast %(n)s."),
    _("%(who)s chose how broadcast %(n)s goes out."),
    _("%(who)s tested broadcast %(n)s."),
    _("%(who)s chose who gets broadcast %(n)s: %(words)s."),
    _("%(who)s scheduled broadcast %(n)s for %(at)s UTC."),
    _("%(who)s made broadcast %(n)s a draft again."),
    _("Broadcast %(n)s begins, as it was scheduled, to %(words)s."),
    _("Broadcast %(n)s paused by itself."),
    _("Its conditions cannot be read any more: %(error)s"),
    _("Paid broadcasts were switched off. Switch them on again, then resume it."),
    _(
        "Telegram takes no more paid messages: the bot's Stars do not suffice. What it refused is not lost: top up the "
        "balance, then resume it."
    ),
    _(
        "The %(n)s Stars that were agreed to are for %(n_people)s people, and there are more now. "
        "Who resumes it agrees to a tenth of a Star for each of them."
    ),
    _("Of the first %(n)s deliveries %(n_lost)s failed or were blocked: more than %(n_bound)s in a hundred."),
    _("%(who)s paused broadcast %(n)s."),
    _("%(who)s resumed broadcast %(n)s."),
    _("%(who)s cancelled broadcast %(n)s."),
    _("Broadcast %(n)s is done: sent %(n_sent)s, blocked %(n_blocked)s, failed or in doubt %(n_failed)s."),
    _("Content security policy: %(page)s wanted something, which %(name)s forbids"),
    _("Content security policy: %(page)s wanted %(what)s, which %(name)s forbids"),
    # conditions
    _("%(title)s (%(name)s): %(words)s"),
    _("About %(n)s errors within an hour, %(n_before)s in the hour before."),
    _("A read and a write of one row took %(n)s s."),
    _("It is not so any more."),
    _("It has been so for %(lasted)s."),
    _("It is over."),
    _("It lasted %(lasted)s, until %(at)s UTC."),
    _("%(who)s took it on."),
    _("%(who)s silenced it for %(word)s."),
    _("%(who)s silenced it for %(word)s: %(why)s"),
    _("%(who)s ended its silence."),
    # alerts
    _("This is a test of the alerts"),
    _("%(who)s asked for it. Nothing is wrong."),
    _("%(n)s within this hour, %(n_before)s in the hour before"),
    _("%(words)s; withdrawn: %(words_why)s"),
    _("withdrawn: %(words)s"),
    _("not sent: it was told of a short while before"),
    _("not sent: over, muted or silenced by then"),
    _("it is over"),
    _("told anew"),
    _("%(who)s took it on"),
    _("%(who)s silenced it"),
    _("The message is %(word)s."),
    _("The message is gone."),
    _("A message has waited for Telegram for more than 5 minutes: %(words)s"),
    _("A message has waited for Telegram for more than 5 minutes"),
    # jobs: what they did, and what became of their runs
    _("nothing to do: PostgreSQL is backed up by `manage.py backup` from a timer, or by its own tools"),
    _("%(name)s, %(n)s MiB"),
    _("counted %(words)s and %(words_weeks)s anew"),
    _("counted %(words)s and %(words_weeks)s anew; older updates are still to be counted"),
    _("rolled up %(words)s"),
    _("nothing was old enough"),
    _("people forgotten: %(n)s"),
    _("people forgotten: %(n)s; something of others is still under way"),
    _("Old rows went: %(words)s."),
    _("BotdeckError: These kinds failed: %(names)s; of the others went: %(words)s."),
    _(
        "BotdeckError: Nothing was deleted: the clock of this machine, %(name)s, is %(time)s ahead of the database's. "
        "Set right the one that is wrong, best by NTP; the next run then does its work."
    ),
    _(
        "BotdeckError: Nothing was deleted: the clock of this machine, %(name)s, is %(time)s behind the database's. "
        "Set right the one that is wrong, best by NTP; the next run then does its work."
    ),
    _(
        "Nothing is deleted for a day: the clock says %(at)s UTC, and when retention last looked it was %(before)s. "
        "If the clock is wrong, set it right now. If all was off meanwhile, nothing needs to be done."
    ),
    _("the lease could not be renewed"),
    _("its process ended, or could not renew the lease"),
    _("the process stopped"),
    _("it took longer than %(n)s s"),
    _("it hangs: no end after %(n)s s; its thread was left behind"),
    _("%(word)s, but that could not be noted: %(error)s"),
    _("It is due, and no bot takes it: does one run?"),
    _("The last run failed."),
    _("The last %(n)s runs failed."),
    # why an update or a message went no further
    _("%(n)s in a row: a worker ended, or lost its lease, while it held this update"),
    _("it was cut short before Telegram answered: it may have arrived"),
    _("what became of it could not be stored; the log has it"),
    _("The chat cannot be reached: %(word)s."),
    _("A person looks at something else in this message."),
    _("The broadcast was cancelled."),
    _("The quiet hours have begun; it is queued again when they are over."),
    _("Telegram did not take the formatting, so it went out without: %(error)s"),
    _("The broadcast is paused; it is queued again when that goes on."),
)
