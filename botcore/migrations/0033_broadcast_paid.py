"""Broadcasts that are paid for, each person's hours, and who waits for them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0032_broadcast_media'),
    ]

    operations = [
        migrations.CreateModel(
            name='BroadcastWait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.BigIntegerField()),
                ('due_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='broadcast',
            name='deferred',
            field=models.IntegerField(db_default=0, default=0, help_text='People who wait for these hours, unqueued.'),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='hours',
            field=models.CharField(blank=True, db_default='', default='', help_text='At which hours of their own day people get it, such as 10:00-20:00; empty: at any.', max_length=11),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='is_paid',
            field=models.BooleanField(db_default=False, default=False, help_text='Stars are paid so that it goes faster.'),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='stars',
            field=models.IntegerField(help_text='So many Stars were agreed to at most; none: no bound.', null=True),
        ),
        migrations.AddField(
            model_name='broadcastdelivery',
            name='held_until',
            field=models.DateTimeField(help_text="When the person's hours begin again; none: of a pause.", null=True),
        ),
        migrations.AddIndex(
            model_name='personattribute',
            index=models.Index(condition=models.Q(('name', 'time_zone')), fields=['user'], name='attribute_time_zone'),
        ),
        migrations.AddField(
            model_name='broadcastwait',
            name='broadcast',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waits', to='botcore.broadcast'),
        ),
        migrations.AddIndex(
            model_name='broadcastwait',
            index=models.Index(fields=['broadcast', 'due_at', 'id'], name='broadcast_wait_due'),
        ),
        migrations.AddIndex(
            model_name='broadcastwait',
            index=models.Index(fields=['person'], name='broadcast_wait_person'),
        ),
        migrations.AddConstraint(
            model_name='broadcastwait',
            constraint=models.UniqueConstraint(fields=('broadcast', 'person'), name='broadcast_wait_once'),
        ),
    ]
