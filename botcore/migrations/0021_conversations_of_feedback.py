"""Who has written to the operators before there were conversations has one: open where something is unread."""

from django.db import migrations

MADE = """
    INSERT INTO botcore_conversation (person_id, is_open, waiting_since, last_at, answers, answered_by, taken_by)
    SELECT user_id,
        min(CASE WHEN read_at IS NULL THEN sent_at END) IS NOT NULL,
        min(CASE WHEN read_at IS NULL THEN sent_at END),
        max(sent_at), 0, '', ''
    FROM botcore_feedback GROUP BY user_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0020_conversations'),
    ]

    operations = [
        migrations.RunSQL(MADE, migrations.RunSQL.noop),
    ]
