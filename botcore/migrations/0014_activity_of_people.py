"""Who wrote on which day, and what days and weeks come to."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0012_pages_and_commands_agree'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('type', 'private'), _negated=True), fields=['last_seen', 'id'], name='chat_not_private'),
        ),
        migrations.AddIndex(
            model_name='chat',
            index=models.Index(condition=models.Q(('reach', 'open'), _negated=True), fields=['last_seen', 'id'], name='chat_not_open'),
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
    ]
