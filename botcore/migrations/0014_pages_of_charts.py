"""Who wrote on which day, and what days and weeks come to; what pages show of chats, webhooks and features."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0013_tables_of_the_panel'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('type', 'private'), _negated=True), fields=['last_seen', 'id'], name='chat_not_private'),
        ),
        migrations.AddIndex(
            model_name='updatesum',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['step', 'at', 'count'], name='update_sum_received'),
        ),
        migrations.CreateModel(
            name='ActivityMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_update', models.BigIntegerField(help_text='The key of the last one.')),
            ],
        ),
        migrations.CreateModel(
            name='CohortWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cohort', models.DateField(help_text='The Monday of the week in which they were first seen.')),
                ('week', models.DateField(help_text='The Monday of the week in which they wrote.')),
                ('people', models.PositiveIntegerField()),
            ],
            options={
                'indexes': [models.Index(fields=['week'], name='cohort_week_by_week')],
                'constraints': [models.UniqueConstraint(fields=('cohort', 'week'), name='cohort_week_once')],
            },
        ),
        migrations.CreateModel(
            name='PeopleDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('new', models.PositiveIntegerField(db_default=0, help_text='Seen for the first time.')),
                ('active', models.PositiveIntegerField(help_text='Who wrote; empty: from before activity was counted.', null=True)),
                ('is_stale', models.BooleanField(db_default=True, help_text='Its people are to be counted again.')),
                ('is_week_stale', models.BooleanField(db_default=True, help_text='The cohorts of its week are.')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('is_stale', True)), fields=['day'], name='people_day_stale'), models.Index(condition=models.Q(('is_week_stale', True)), fields=['day'], name='people_week_stale')],
            },
        ),
        migrations.CreateModel(
            name='PersonDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('updates', models.PositiveIntegerField()),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='botcore.user')),
            ],
            options={
                'indexes': [models.Index(fields=['day', 'user'], name='person_day_by_day')],
                'constraints': [models.UniqueConstraint(fields=('user', 'day'), name='person_day_once')],
            },
        ),
        migrations.AddField(
            model_name='webhook',
            name='allowed_updates',
            field=models.TextField(blank=True, db_default='', help_text='The types it delivers, parted by commas.'),
        ),
        migrations.AddField(
            model_name='webhook',
            name='has_certificate',
            field=models.BooleanField(help_text='Whether Telegram was given a certificate to trust.', null=True),
        ),
        migrations.AddField(
            model_name='webhook',
            name='ip_address',
            field=models.CharField(blank=True, db_default='', help_text='Where Telegram delivers to.', max_length=45),
        ),
        migrations.AddField(
            model_name='webhook',
            name='max_connections',
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='webhook',
            name='sync_failed_at',
            field=models.DateTimeField(help_text='When data centres last failed to agree on updates.', null=True),
        ),
        migrations.CreateModel(
            name='BotFeature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bot_id', models.BigIntegerField()),
                ('position', models.PositiveSmallIntegerField(help_text='Its turn to be asked.')),
                ('name', models.CharField(help_text='As in the updates that it handled.', max_length=100)),
                ('order', models.CharField(help_text='conversation, link, command, button, message or fallback.', max_length=12)),
                ('usage', models.CharField(blank=True, help_text='The command with its arguments.', max_length=300)),
                ('help', models.JSONField(blank=True, default=dict, help_text='By language.')),
                ('role', models.PositiveSmallIntegerField(help_text='The lowest that may use it, as its code says.')),
                ('private', models.BooleanField(help_text='In private chats only.')),
                ('in_menu', models.BooleanField(help_text="Shown in Telegram's menu to those who may use it.")),
                ('retry', models.BooleanField(help_text='Tried again after a failure.')),
                ('file', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bot_id', 'position'), name='bot_feature_once')],
            },
        ),
    ]
