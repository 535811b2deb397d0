"""The operators' inbox: conversations with their notes, quick replies, and what of feedback a person's list reads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0019_earlier_runs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='conversation', serialize=False, to='botcore.user')),
                ('is_open', models.BooleanField(default=True)),
                ('waiting_since', models.DateTimeField(help_text='When the first message came that nobody has read.', null=True)),
                ('last_at', models.DateTimeField(help_text='When the person or an operator wrote last.')),
                ('answers', models.PositiveIntegerField(default=0, help_text='How many messages operators wrote.')),
                ('answered_by', models.CharField(blank=True, default='', help_text='Who wrote the last one.', max_length=150)),
                ('taken_until', models.DateTimeField(help_text='Until then the bot itself is silent in this chat.', null=True)),
                ('taken_by', models.CharField(blank=True, default='', max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name='ConversationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='QuickReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('text', models.TextField()),
                ('parse_mode', models.CharField(blank=True, default='', help_text='HTML, MarkdownV2, or empty.', max_length=12)),
                ('by', models.CharField(help_text='Who changed it last.', max_length=150)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'quick replies',
            },
        ),
        migrations.AlterField(
            model_name='feedback',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='feedback', to='botcore.user'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(fields=['user', 'id'], name='feedback_of_person'),
        ),
        migrations.AddIndex(
            model_name='feedback',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user', 'id'], name='feedback_unread_of_person'),
        ),
        migrations.AddField(
            model_name='conversation',
            name='assignee',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='conversationnote',
            name='conversation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='botcore.conversation'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['last_at', 'person'], name='conversation_by_time'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('waiting_since__isnull', False)), fields=['last_at', 'person'], name='conversation_waiting'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('assignee__isnull', False)), fields=['assignee', 'is_open', 'last_at', 'person'], name='conversation_of_staff'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('is_open', False)), fields=['last_at', 'person'], name='conversation_closed'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('taken_until__isnull', False)), fields=['taken_until'], name='conversation_taken'),
        ),
        migrations.AddIndex(
            model_name='conversationnote',
            index=models.Index(fields=['conversation', 'at'], name='note_of_conversation'),
        ),
    ]
