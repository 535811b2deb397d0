"""Notes in a conversation become notes on its person; the list of conversations by the longest wait has an index."""

from django.conf import settings
from django.db import migrations, models

MOVE = """
    INSERT INTO botcore_personnote (user_id, account_id, by, text, at)
    SELECT n.conversation_id, a.id, n.by, n.text, n.at
    FROM botcore_conversationnote n LEFT JOIN auth_user a ON a.username = n.by ORDER BY n.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0030_enclosures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # PostgreSQL changes no table that rows were written to in the same transaction: so the indexes come first.
    operations = [
        migrations.RemoveIndex(
            model_name='personnote',
            name='note_by_person',
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['waiting_since', 'person'], name='conversation_by_wait'),
        ),
        migrations.AddIndex(
            model_name='personnote',
            index=models.Index(fields=['user', 'at'], name='note_of_person'),
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name='ConversationNote',
        ),
    ]
