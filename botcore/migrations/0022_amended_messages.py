"""Messages that the bot has sent can be edited and deleted; what Telegram has made of their files is kept."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0021_conversations_of_feedback'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='outgoingmessage',
            options={'permissions': [('resend_outgoingmessage', 'Can cancel messages and send them again'), ('amend_outgoingmessage', 'Can edit and delete what the bot has sent')]},
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='amends',
            field=models.ForeignKey(db_constraint=False, db_index=False, help_text='The message that it changes, or deletes.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='amendments', to='botcore.outgoingmessage'),
        ),
        migrations.AddField(
            model_name='outgoingmessage',
            name='files',
            field=models.TextField(blank=True, db_default='', help_text='What Telegram has made of its files: JSON, as media.attachments keeps it.'),
        ),
        migrations.AddIndex(
            model_name='outgoingmessage',
            index=models.Index(condition=models.Q(('amends__isnull', False)), fields=['amends', 'id'], name='outgoing_by_amended'),
        ),
    ]
