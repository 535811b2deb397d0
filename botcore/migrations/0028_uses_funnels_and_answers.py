"""Who came to which handler, active people of a week and a month, links, funnels, and when feedback was answered."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0027_people_are_forgotten'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('asked', models.PositiveIntegerField(help_text='Messages to the operators.')),
                ('answered', models.PositiveIntegerField()),
                ('half_seconds', models.PositiveIntegerField(help_text='Half of the answered waited no longer.', null=True)),
                ('most_seconds', models.PositiveIntegerField(help_text='Nine of ten of them waited no longer.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Funnel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('steps', models.JSONField(help_text='The names of two to five handlers.')),
                ('days', models.PositiveSmallIntegerField(help_text='From the first step to the last at most.')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('counted_at', models.DateTimeField(help_text='Empty: it is new.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='FunnelWeek',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(help_text='Its Monday.')),
                ('reached', models.JSONField(help_text='People at each step.')),
            ],
        ),
        migrations.CreateModel(
            name='PersonHandler',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handler', models.CharField(max_length=100)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('count', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SourceCount',
            fields=[
                ('source', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('people', models.PositiveIntegerField()),
                ('active', models.PositiveIntegerField(help_text='Who wrote in the last 30 days.')),
                ('last_at', models.DateTimeField(help_text='When the last of them came.')),
            ],
        ),
        migrations.AddField(
            model_name='feedback',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='When an operator wrote to the person next.', null=True),
        ),
        migrations.AddField(
            model_name='peopleday',
            name='is_span_stale',
            field=models.BooleanField(db_default=True, help_text='Who wrote within a week and a month is.'),
        ),
        migrations.AddField(
            model_name='peopleday',
            name='month_active',
            field=models.PositiveIntegerField(help_text='Who wrote on this day or one of the 29 before it.', null=True),
        ),
        migrations.AddField(
            model_name='peopleday',
            name='week_active',
            field=models.PositiveIntegerField(help_text='Who wrote on this day or one of the 6 before it.', null=True),
        ),
        migrations.AddIndex(
            model_name='peopleday',
            index=models.Index(condition=models.Q(('is_span_stale', True)), fields=['day'], name='people_span_stale'),
        ),
        migrations.AddField(
            model_name='funnelweek',
            name='funnel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='weeks', to='botcore.funnel'),
        ),
        migrations.AddField(
            model_name='personhandler',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='handlers', to='botcore.user'),
        ),
        migrations.AddConstraint(
            model_name='funnelweek',
            constraint=models.UniqueConstraint(fields=('funnel', 'week'), name='funnel_week_once'),
        ),
        migrations.AddIndex(
            model_name='personhandler',
            index=models.Index(fields=['handler', 'first_at', 'user'], name='person_handler_first'),
        ),
        migrations.AddConstraint(
            model_name='personhandler',
            constraint=models.UniqueConstraint(fields=('user', 'handler'), name='person_handler_once'),
        ),
    ]
