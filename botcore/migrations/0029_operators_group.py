"""The operators' group: what is known of it, where people stand in it, what was brought there and answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0028_uses_funnels_and_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='OperatorsGroup',
            fields=[
                ('chat_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('is_forum', models.BooleanField(default=False, help_text='It has topics.')),
                ('reacts', models.BooleanField(default=True, help_text='Telegram takes reactions there.')),
                ('reaction', models.BigIntegerField(help_text="The outbox' row of the newest one.", null=True)),
            ],
            options={
                'verbose_name': "operators' group",
            },
        ),
        migrations.CreateModel(
            name='GroupPlace',
            fields=[
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='botcore.user')),
                ('chat_id', models.BigIntegerField(help_text='The group.')),
                ('topic', models.BigIntegerField(help_text="The topic's message_thread_id.", null=True)),
                ('is_closed', models.BooleanField(default=False, help_text='The topic was closed.')),
                ('last', models.BigIntegerField(help_text="Telegram's id of the newest message that was brought.", null=True)),
                ('step', models.CharField(blank=True, choices=[('open', 'a topic is opened'), ('reopen', 'a topic is opened again'), ('bring', 'a message is brought')], default='', max_length=6)),
                ('call', models.BigIntegerField(help_text="The outbox' row that is waited for.", null=True)),
                ('heading', models.BigIntegerField(help_text='The row before it, of the same post.', null=True)),
                ('post', models.BigIntegerField(help_text='The post that it brings.', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('topic__isnull', False)), fields=('chat_id', 'topic'), name='group_topic_of_one')],
            },
        ),
        migrations.CreateModel(
            name='GroupPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('feedback', models.BigIntegerField(help_text='What the person wrote.', null=True)),
                ('answer', models.BigIntegerField(help_text="The outbox' row of what an operator wrote.", null=True)),
                ('by', models.CharField(blank=True, default='', help_text='The operator.', max_length=150)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('followed', 'followed'), ('done', 'done')], default='waiting', max_length=8)),
                ('instead', models.CharField(blank=True, choices=[('refused', 'it cannot be shown'), ('doubt', 'it may be missing')], default='', max_length=7)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('chat_id', models.BigIntegerField(help_text='The group, once it is there.', null=True)),
                ('message_id', models.BigIntegerField(null=True)),
                ('heading_id', models.BigIntegerField(help_text='The message that says who it is from.', null=True)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='botcore.user')),
            ],
            options={
                'indexes': [models.Index(fields=['person', 'id'], name='group_post_of_person'), models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['state', 'id'], name='group_post_open'), models.Index(fields=['chat_id', 'message_id'], name='group_post_message'), models.Index(condition=models.Q(('heading_id__isnull', False)), fields=['chat_id', 'heading_id'], name='group_post_heading')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('feedback__isnull', False)), fields=('feedback',), name='group_post_of_feedback'), models.UniqueConstraint(condition=models.Q(('answer__isnull', False)), fields=('answer',), name='group_post_of_answer')],
            },
        ),
    ]
