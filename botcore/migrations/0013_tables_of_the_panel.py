"""Saved views; and what lists of the panel are narrowed and ordered by: senders of updates, people's names and age.

An index of what somebody sent elsewhere than in their own chat costs private updates nothing. Those of people make a
write of their row, at most one a minute, about half as dear again (some 50 microseconds); in return a search for the
beginning of a name takes milliseconds among a million, where it read all of them before.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# How people are looked for, by the beginning of a name in any case, as Django spells it; also by @username whole.
NAMES = ("username", "first_name", "last_name")


def add_names(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(
                f"CREATE INDEX user_by_{name}_in_any_case ON botcore_user (UPPER({name}::text) text_pattern_ops)"
            )


def drop_names(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in NAMES:
            schema_editor.execute(f"DROP INDEX user_by_{name}_in_any_case")


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0012_pages_and_commands_agree'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name='user', name='user_by_upper_username'),
        migrations.AlterField(
            model_name='user', name='first_seen', field=models.DateTimeField(db_index=True),
        ),
        migrations.RunPython(add_names, drop_names),
        migrations.AddIndex(
            model_name='update',
            index=models.Index(
                condition=models.Q(
                    ('user_id__isnull', False),
                    models.Q(('chat_id__isnull', True), models.Q(('chat_id', models.F('user_id')), _negated=True), _connector='OR'),
                ),
                fields=['user_id', 'id'], name='update_by_sender',
            ),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(help_text='The list, such as updates.', max_length=20)),
                ('name', models.CharField(blank=True, help_text='Empty: the columns chosen for the list.', max_length=40)),
                ('query', models.CharField(blank=True, help_text='Such as state=dead&kind=message.', max_length=1000)),
                ('is_shared', models.BooleanField(default=False, help_text='Does everybody see it who may see the list?')),
                ('at', models.DateTimeField(help_text='When it was last changed.')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'permissions': [('share_savedview', 'Can share views of lists with everybody')],
                'indexes': [models.Index(condition=models.Q(('is_shared', True)), fields=['table'], name='saved_view_shared')],
                'constraints': [models.UniqueConstraint(fields=('account', 'table', 'name'), name='saved_view_once')],
            },
        ),
    ]
