"""Broadcasts and what became of each person's copy."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0008_settings_by_one_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Broadcast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bot_id', models.BigIntegerField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('running', 'running'), ('paused', 'paused'), ('done', 'done'), ('cancelled', 'cancelled')], default='draft', max_length=10)),
                ('method', models.CharField(help_text="The Bot API's method, such as copyMessage.", max_length=40)),
                ('payload', models.TextField(help_text="The method's parameters beside chat_id, a JSON object.")),
                ('created_by', models.CharField(help_text='Who wrote it.', max_length=150)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(help_text='Who came later does not get it.', null=True)),
                ('fed_at', models.DateTimeField(help_text='When everybody was queued.', null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('cursor', models.BigIntegerField(default=0, help_text='Everybody up to this id was queued, or may not get it.')),
                ('total', models.IntegerField(help_text='People, counted at the start; none: too many to count.', null=True)),
                ('queued', models.IntegerField(default=0, help_text='Deliveries that were made, ended or not.')),
                ('sent', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('blocked', models.IntegerField(default=0, help_text='The chat could not be written to any more.')),
                ('uncertain', models.IntegerField(default=0)),
                ('cancelled', models.IntegerField(default=0)),
                ('rate', models.FloatField(help_text='Deliveries a second that ended lately.', null=True)),
                ('rated_at', models.DateTimeField(help_text='When the rate was last measured.', null=True)),
                ('rated_ended', models.IntegerField(default=0, help_text='How many had ended by then.')),
            ],
        ),
        migrations.CreateModel(
            name='BroadcastDelivery',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='delivery', serialize=False, to='botcore.outgoingmessage')),
                ('is_held', models.BooleanField(default=False, help_text='Cancelled by a pause, and queued again afterwards.')),
                ('broadcast', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='botcore.broadcast')),
            ],
            options={
                'verbose_name_plural': 'broadcast deliveries',
            },
        ),
    ]
