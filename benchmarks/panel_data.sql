-- Half a year of a bot, for benchmarks/panel_data.py, which fills in $updates and $people.
-- Persons have the ids 1000 and up; the lower an id, the more its person writes. Groups have
-- ids of -1000000000000 and below. In the chat of person 999 as many messages are as there are people:
-- a fifth of the updates of the first three months, and two fifths of what the bot said; then it is silent.

CREATE FUNCTION pg_temp.one_of(VARIADIC words text[]) RETURNS text LANGUAGE sql AS $$$$
    SELECT words[1 + floor(power(random(), 2) * cardinality(words))::int]  -- the first ones more often
$$$$;

CREATE FUNCTION pg_temp.handler() RETURNS text LANGUAGE sql AS $$$$
    SELECT pg_temp.one_of('start.start', 'help.help', 'settings.show', 'feedback.keep', 'about.about')
$$$$;

CREATE FUNCTION pg_temp.someone(people int) RETURNS bigint LANGUAGE sql AS $$$$
    SELECT 1000 + floor(people * power(random(), 3))::bigint
$$$$;

-- When row i of so many came.
CREATE FUNCTION pg_temp.ago(i int, count int) RETURNS timestamptz LANGUAGE sql AS $$$$
    SELECT now() - interval '180 days' * (1 - i / (count + 1.0))
$$$$;

-- When person i of so many was seen last: who writes much, lately.
CREATE FUNCTION pg_temp.seen(i int, people int) RETURNS timestamptz LANGUAGE sql AS $$$$
    SELECT now() - interval '180 days' * power(i / people::float, 2)
$$$$;

-- What came in and went out: few people write much, most write seldom.
INSERT INTO botcore_update (
    bot_id, update_id, lane_key, kind, chat_id, user_id, raw, state, attempts, handler, error,
    error_group, received_at, started_at, finished_at
)
SELECT 1, i, coalesce(chat, who), kind, chat, who,
    '{"update_id": ' || i || ', "message": {"message_id": ' || i || ', "from": {"id": ' || who
    || ', "is_bot": false, "first_name": "Person ' || who || '", "language_code": "en"}, "chat": {"id": '
    || coalesce(chat, who) || ', "type": "private"}, "date": 1700000000, "text": "' || repeat('some words that somebody wrote ', 7)
    || i || '"}}',
    state, CASE state WHEN 'pending' THEN 0 ELSE 1 END,
    CASE WHEN state = 'done' THEN pg_temp.handler() WHEN state = 'dead' THEN 'start.start' ELSE '' END,
    CASE state WHEN 'dead' THEN 'KeyError: ''x''' ELSE '' END,
    CASE state WHEN 'dead' THEN to_hex(i % 3000) ELSE '' END,
    at, CASE state WHEN 'pending' THEN NULL ELSE at END,
    CASE state WHEN 'pending' THEN NULL ELSE at + interval '50 ms' END
FROM (
    SELECT i, who, at, kind, state,
        CASE WHEN kind = 'inline_query' THEN NULL WHEN i % 10 = 0 THEN -1000000000000 - who / 200 ELSE who END chat
    FROM (
        SELECT i, CASE WHEN i % 5 = 3 AND i <= $updates / 2 THEN 999 ELSE pg_temp.someone($people) END who, pg_temp.ago(i, $updates) AS at,
            CASE i % 5 WHEN 3 THEN 'message' ELSE pg_temp.one_of('message', 'callback_query', 'inline_query') END kind,
            CASE WHEN i > $updates - 40 THEN 'pending' WHEN i % 2000 = 0 THEN 'dead'
            WHEN i % 4001 = 0 THEN 'ignored' WHEN i % 20001 = 0 THEN 'expired'
            WHEN i % 50001 = 0 THEN 'quarantined' ELSE 'done' END state
        FROM generate_series(1, $updates) i
    ) each
) every;

INSERT INTO botcore_outgoingmessage (
    bot_id, chat_id, method, payload, priority, state, due_at, attempts, error, message_id, update_id,
    source, created_at, started_at, finished_at
)
SELECT 1, CASE WHEN i % 5 IN (2, 3) AND i <= $updates / 4 THEN 999 ELSE pg_temp.someone($people) END, 'sendMessage', '{"text": "' || repeat('an answer ', 9) || i || '"}',
    CASE WHEN i % 10 = 0 THEN 3 ELSE 0 END, state, at, 1, CASE state WHEN 'failed' THEN 'Forbidden' ELSE '' END,
    i, CASE WHEN i % 10 = 0 THEN NULL ELSE i * 2 END, pg_temp.handler(), at, at, at + interval '80 ms'
FROM (
    SELECT i, pg_temp.ago(i, $updates / 2) AS at,
        CASE WHEN i > $updates / 2 - 40 THEN 'queued' WHEN i % 2001 = 0 THEN 'failed'
        WHEN i % 9001 = 0 THEN 'uncertain' WHEN i % 9002 = 0 THEN 'cancelled' ELSE 'sent' END state
    FROM generate_series(1, $updates / 2) i
) every;

INSERT INTO botcore_failedattempt (update_id, number, handler, error, error_group, started_at, ended_at)
SELECT i, 1, 'start.start', 'KeyError: ''x''', to_hex(i % 3000), pg_temp.ago(i, $updates), pg_temp.ago(i, $updates)
FROM generate_series(2000, $updates, 2000) i;

INSERT INTO botcore_lane (bot_id, key)
SELECT 1, 1000 + i FROM generate_series(0, $people - 1) i;

INSERT INTO botcore_outboxlane (bot_id, chat_id, priority)
SELECT 1, 1000 + i, 0 FROM generate_series(0, $people - 1) i;

-- People, their chats and tags.
INSERT INTO botcore_user (
    id, first_name, last_name, username, telegram_language, is_bot, language, messages_on, source,
    first_seen, last_seen
)
SELECT id, pg_temp.one_of('Alice', 'Bob', 'Charlie', 'Dora', 'Emil', 'Fatima', 'Grete', 'Hugo', 'Ивáн', '李雷'),
    'Nr ' || i, CASE WHEN i % 10 < 7 THEN 'name_' || i ELSE '' END,
    pg_temp.one_of('en', 'ru', 'de', 'pt-br'), false, '', i % 20 <> 0, pg_temp.one_of('', 'poster', 'friend'), a, z
FROM (
    SELECT 1000 + i id, pg_temp.seen(i, $people) - interval '1 day' * (i % 400) a, pg_temp.seen(i, $people) z, i
    FROM generate_series(0, $people - 1) i
) every
UNION ALL
SELECT 999, 'Thea', 'Talker', 'talker', 'en', false, '', true, '', now() - interval '180 days', now();

INSERT INTO botcore_chat (id, type, title, username, is_forum, reach, first_seen, last_seen)
SELECT id, 'private', 'Nr ' || i, '', false, CASE WHEN i % 30 = 0 THEN 'blocked' ELSE 'open' END, a, z
FROM (
    SELECT 1000 + i id, pg_temp.seen(i, $people) - interval '1 day' * (i % 400) a, pg_temp.seen(i, $people) z, i
    FROM generate_series(0, $people - 1) i
) every
UNION ALL
SELECT 999, 'private', 'Thea', 'talker', false, 'open', now() - interval '180 days', now()
UNION ALL
SELECT -1000000000000 - i, 'supergroup', 'Group ' || i, '', i % 9 = 0, 'open', now() - interval '170 days',
    now() - interval '1 minute' * i
FROM generate_series(1, $people / 200 + 6) i;

INSERT INTO botcore_persontag (user_id, name)
SELECT 1000 + i, pg_temp.one_of('vip', 'press', 'beta') FROM generate_series(0, $people - 1, 20) i;

INSERT INTO botcore_restriction (user_id, kind, until, reason, by, at)
SELECT 1000 + i, CASE WHEN i % 2 = 0 THEN 'banned' ELSE 'muted' END, NULL, 'spam', 'operator', now()
FROM generate_series(1, $people - 1, 501) i;

INSERT INTO botcore_persistentdata (bot_id, key, data, changed_at)
SELECT 1, 'user:' || 1000 + i, '{"a": 1}', now() FROM generate_series(0, $people - 1, 4) i;

-- Thousands of each, however big the bot is.
INSERT INTO botcore_errorgroup (
    id, kind, title, culprit, handler, source, level, state, state_at, mute_seen, resolved_release,
    count, people, first_seen, last_seen, first_release, last_release
)
SELECT i, 'builtins.KeyError', 'KeyError: key ' || i, 'botcore.handlers.start.start', pg_temp.handler(),
    'handler', pg_temp.one_of('error', 'warning', 'fatal'),
    pg_temp.one_of('resolved', 'muted', 'new', 'ongoing'),
    now(), 0, '', i * 7, i % 90,
    pg_temp.ago(i, 3000) - interval '20 days', pg_temp.ago(i, 3000), '0.1.0', '0.1.0'
FROM generate_series(1, 3000) i;

INSERT INTO botcore_errorfingerprint (id, value, version, group_id, title, count, first_seen, last_seen)
SELECT i, to_hex(i % 3000), 1, i, 'KeyError: key ' || i, i * 7, pg_temp.ago(i, 3000) - interval '20 days',
    pg_temp.ago(i, 3000)
FROM generate_series(1, 3000) i;

INSERT INTO botcore_errorevent (
    key, fingerprint_id, ordinal, is_milestone, at, reference, level, source, message, handler, process,
    release, update_pk, update_id, chat_id, user_id, request_id, trace_id, payload
)
SELECT gen_random_uuid(), i, n, n < 3, pg_temp.ago(i, 3000) - interval '1 day' * n, upper(to_hex(i * 32 + n)),
    'error', 'handler', 'KeyError: key', 'start.start', 'bot-1:7', '0.1.0', i * 2000, i,
    pg_temp.someone($people), pg_temp.someone($people), '', '', '{"exceptions": []}'
FROM generate_series(1, 3000) i, generate_series(1, 10) n;

INSERT INTO botcore_errorhour (fingerprint_id, hour, count)
SELECT i, date_trunc('hour', pg_temp.ago(i, 3000)) - interval '1 hour' * n, n % 9 + 1
FROM generate_series(1, 3000) i, generate_series(0, 100) n;

INSERT INTO botcore_errorperson (fingerprint_id, user_id)
SELECT i, 1000 + n * 37
FROM generate_series(1, 3000) i, generate_series(1, 30) n;

INSERT INTO botcore_groupchange (group_id, at, by, kind, state, text)
SELECT i, now() - interval '1 hour' * n, 'operator', 'state', 'muted', ''
FROM generate_series(1, 3000) i, generate_series(1, 4) n;

INSERT INTO botcore_event (key, at, level, kind, text, process)
SELECT gen_random_uuid(), pg_temp.ago(i, 20000), pg_temp.one_of('info', 'warning', 'error'),
    pg_temp.one_of('started', 'stopped', 'outage', 'gap'), 'Something happened for the ' || i || 'th time', 'bot-1:7'
FROM generate_series(1, 20000) i;

INSERT INTO botcore_auditentry (at, channel, actor, actor_id, action, target, before, after, ip, request_id, previous, digest)
SELECT pg_temp.ago(i, 50000), pg_temp.one_of('web', 'telegram', 'system'),
    pg_temp.one_of('operator', 'alice', 'job:retention'),
    NULL, pg_temp.one_of('errors.resolve', 'access.ban', 'settings.change', 'outbox.retry'),
    'person:' || pg_temp.someone($people),
    '', '{"a": 1}', '127.0.0.1', '', md5((i - 1)::text) || md5('p'), md5(i::text) || md5('p')
FROM generate_series(1, 50000) i;

INSERT INTO botcore_feedback (update_pk, chat_id, message_id, user_id, kind, text, sent_at, acknowledged, read_at)
SELECT i, who, i, who, 'text', 'The map is wrong, ' || i, pg_temp.ago(i, 20000), true,
    CASE WHEN i > 20000 - 60 THEN NULL ELSE now() END
FROM (SELECT i, pg_temp.someone($people) who FROM generate_series(1, 20000) i) every;

-- Everybody has written to the operators once; most of it is done, some is given to the only account that there may be.
INSERT INTO botcore_conversation (
    person_id, is_open, waiting_since, last_at, assignee_id, answers, answered_by, taken_until, taken_by
)
SELECT id, waits IS NOT NULL OR id % 10 = 0, waits, pg_temp.seen((id - 1000)::int, $people),
    CASE WHEN id % 20 = 0 THEN (SELECT min(id) FROM auth_user) END, 3, 'operator',
    CASE WHEN id % 5000 = 0 THEN now() + interval '4 hours' END, CASE WHEN id % 5000 = 0 THEN 'operator' ELSE '' END
FROM generate_series(999, 999 + $people) id
LEFT JOIN (SELECT user_id, min(sent_at) waits FROM botcore_feedback WHERE read_at IS NULL GROUP BY user_id) unread
    ON user_id = id;

INSERT INTO botcore_quickreply (name, text, parse_mode, by, at)
SELECT 'Reply ' || i, 'Hello {first_name}, this is text ' || i, '', 'operator', now() FROM generate_series(1, 50) i;

INSERT INTO botcore_alert (id, reason, group_id, title, text, state, at, decided_at)
SELECT i, 'new', i, 'KeyError: key ' || i, '', 'sent', pg_temp.ago(i, 3000), pg_temp.ago(i, 3000)
FROM generate_series(1, 3000) i;

INSERT INTO botcore_alertdelivery (alert_id, channel, target, state, attempts, next_at, error, finished_at)
SELECT i, 'webhook', 'hook.example', 'sent', 1, pg_temp.ago(i, 3000), '', pg_temp.ago(i, 3000)
FROM generate_series(1, 3000) i;

INSERT INTO botcore_broadcast (
    id, bot_id, state, method, payload, about, created_by, created_at, started_at, fed_at, finished_at,
    cursor, total, queued, sent, failed, blocked, uncertain, cancelled, rated_ended
)
SELECT i, 1, CASE WHEN i = 50 THEN 'running' ELSE 'done' END, 'sendMessage', '{"text": "News"}', '',
    'operator', pg_temp.ago(i, 50), now(), now(), CASE WHEN i = 50 THEN NULL ELSE now() END, $people,
    $people, $people, $people - 90, 30, 30, 30, 0, 0
FROM generate_series(1, 50) i;

INSERT INTO botcore_broadcastdelivery (message_id, broadcast_id, is_held)
SELECT id, 50, false FROM botcore_outgoingmessage WHERE state = 'queued';

INSERT INTO botcore_broadcastwait (broadcast_id, person, due_at)
SELECT 50, i, now() + interval '1 day' FROM generate_series(1, 100000) i;

INSERT INTO botcore_heartbeat (
    process, role, version, bot_username, state, machine, intake, trouble, spooled, started_at, beat_at,
    last_poll_at, metrics
)
SELECT 'bot-' || i || ':7', 'bot', '0.1.0', 'bench_bot', 'running', '', 'polling', '', 0, now(),
    now() + interval '1 day', now(), '' FROM generate_series(1, 4) i;

INSERT INTO botcore_personday (user_id, day, updates)
SELECT user_id, (received_at AT TIME ZONE 'UTC')::date, count(*) FROM botcore_update
WHERE user_id IS NOT NULL GROUP BY 1, 2;

INSERT INTO botcore_earliername (user_id, first_name, last_name, username, replaced_at)
SELECT 1000 + i, 'Before', 'Nr ' || n, '', now() - interval '1 day' * (n * 30 + i % 30)
FROM generate_series(0, $people - 1, 10) i, generate_series(1, 2) n;

INSERT INTO botcore_personnote (user_id, by, text, at)
SELECT 1000 + i, 'operator', 'Calls on Mondays, ' || n, now()
FROM generate_series(0, $people - 1, 50) i, generate_series(1, 3) n
UNION ALL
SELECT 999 + n % 2, 'operator', 'A note among operators, ' || n, pg_temp.ago(n, 190) FROM generate_series(1, 190) n;

INSERT INTO botcore_personattribute (user_id, name, value)
SELECT 1000 + i, pg_temp.one_of('plan', 'city', 'size'), 'pro' FROM generate_series(0, $people - 1, 10) i;

INSERT INTO botcore_segment (id, name, conditions, by, at) VALUES
    (1, 'Regulars', '{"active": "7d", "tag": "vip"}', 'operator', now()),
    (2, 'Sleepers', '{"inactive": "30d", "unused": "settings.show"}', 'operator', now()),
    (3, 'Nobody', '{"language": "xx", "used": "start.start"}', 'operator', now());

INSERT INTO botcore_peopleday (
    day, new, active, week_active, month_active, is_stale, is_week_stale, is_span_stale
)
SELECT day, $people / 180, count(*), 3 * count(*), 6 * count(*), false, false, false FROM botcore_personday GROUP BY day;

INSERT INTO botcore_personhandler (user_id, handler, first_at, last_at, count)
SELECT user_id, handler, min(received_at), max(received_at), count(*) FROM botcore_update
WHERE user_id IS NOT NULL AND handler <> '' GROUP BY 1, 2;

INSERT INTO botcore_sourcecount (source, people, active, last_at)
SELECT 'source_' || i, 10000 / i, 5000 / i, now() FROM generate_series(1, 500) i;

INSERT INTO botcore_funnel (name, steps, days, created_at, counted_at)
SELECT 'Funnel ' || i, '["start.start", "about.about", "feedback.keep"]', 7, now(), now() FROM generate_series(1, 20) i;

INSERT INTO botcore_funnelweek (funnel_id, week, reached)
SELECT id, date_trunc('week', now())::date - 7 * i, '[3000, 2000, 1000]' FROM botcore_funnel, generate_series(0, 52) i;

INSERT INTO botcore_answerday (day, asked, answered, half_seconds, most_seconds)
SELECT now()::date - i, 100, 80, 600, 7200 FROM generate_series(0, 364) i;

INSERT INTO botcore_cohortweek (cohort, week, people)
SELECT date_trunc('week', now())::date - 7 * i, date_trunc('week', now())::date - 7 * j, 1 + $people / 200 / (i - j + 1)
FROM generate_series(0, 25) i, generate_series(0, 25) j WHERE j <= i;

INSERT INTO botcore_activitymark (id, last_update)
SELECT mark, (SELECT max(id) FROM botcore_update) FROM generate_series(1, 2) mark;

INSERT INTO botcore_enclosure (id, holder, chat_id, name, kind, size, sha256, at)
SELECT i, 'message:' || i, 1000 + i, 'cat.jpg', 'photo', 1000, md5(i::text), now() FROM generate_series(1, 500) i;

INSERT INTO botcore_enclosurepiece (enclosure_id, number, data)
SELECT i, 0, decode(repeat(md5(i::text), 31), 'hex') FROM generate_series(1, 500) i;

INSERT INTO botcore_botfeature (
    bot_id, position, name, "order", usage, help, role, private, in_menu, retry, file
)
SELECT 1, i, 'feature_' || i, 'command', '/feature_' || i, '{}', 0, false, true, true, 'botcore/handlers/feature.py'
FROM generate_series(1, 120) i;

INSERT INTO botcore_savedview (account_id, "table", name, query, is_shared, at)
SELECT 1, 'updates', 'View ' || i, 'state=dead', true, now() FROM generate_series(1, 5) i;

INSERT INTO botcore_erasure (digest, by, asked_at, finished_at, marks, step, cursor, counts)
SELECT md5(i::text), 'the person', now(), now(), '', '', '', '{"User": 1, "Update": 12}' FROM generate_series(1, 1000) i;
