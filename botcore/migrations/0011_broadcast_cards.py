"""Broadcasts in chats: cards that follow one, and who is told of its end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0010_tags'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='about',
            field=models.CharField(blank=True, default='', help_text='What a copied message says, for people who look.', max_length=200),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='tell_chat',
            field=models.BigIntegerField(help_text='Who is told of the end; none: nobody, or they were.', null=True),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='update_pk',
            field=models.BigIntegerField(help_text='The update that asked for it: another attempt at that writes no second one.', null=True, unique=True),
        ),
        migrations.AlterField(
            model_name='broadcast',
            name='total',
            field=models.IntegerField(help_text='People, as they were counted last; none: too many to count.', null=True),
        ),
        migrations.CreateModel(
            name='BroadcastCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bot_id', models.BigIntegerField()),
                ('chat_id', models.BigIntegerField()),
                ('message_id', models.BigIntegerField()),
                ('opened_at', models.DateTimeField(help_text='When a person looked at it last.')),
                ('due_at', models.DateTimeField(db_index=True, help_text='When it is compared with the broadcast again.')),
                ('shown', models.TextField(blank=True, default='', help_text="What its last edit said, as that call's parameters.")),
                ('edit', models.BigIntegerField(help_text="The outbox' row of its edits, which is queued again each time.", null=True)),
                ('broadcast', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='botcore.broadcast')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bot_id', 'chat_id', 'message_id'), name='broadcast_card_once')],
            },
        ),
    ]
