"""How updates had ended before they were sent through again: their pages go on showing it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0018_forms_sent_twice'),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'pending'), ('done', 'done'), ('ignored', 'ignored'), ('dead', 'dead letter'), ('quarantined', 'quarantined'), ('expired', 'expired')], max_length=12)),
                ('handler', models.CharField(blank=True, max_length=100)),
                ('attempts', models.PositiveSmallIntegerField()),
                ('error', models.TextField(blank=True, help_text='Of a dead letter empty: its failed attempts have it.')),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('replayed_at', models.DateTimeField(help_text='When it was sent through again.')),
                ('replayed_by', models.CharField(max_length=150)),
                ('update', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier', to='botcore.update')),
            ],
        ),
    ]
