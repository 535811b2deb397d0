"""Indexes of what Django's admin filters by: who wants no messages, chats out of reach, events of a kind."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0015_staff_accounts'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='callbackdata',
            options={'verbose_name_plural': 'callback data'},
        ),
        migrations.AlterModelOptions(
            name='chatalias',
            options={'verbose_name_plural': 'chat aliases'},
        ),
        migrations.AlterModelOptions(
            name='errorperson',
            options={'verbose_name_plural': 'error people'},
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('reach', 'open'), _negated=True), fields=['reach', 'last_seen', 'id'], name='chat_unreachable'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['kind', 'id'], name='event_by_kind'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(condition=models.Q(('messages_on', False)), fields=['last_seen', 'id'], name='user_without_messages'),
        ),
    ]
