"""What people were called before, notes on them, and their attributes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0024_who_gets_a_broadcast'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EarlierName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_name', models.CharField(blank=True, max_length=64)),
                ('last_name', models.CharField(blank=True, max_length=64)),
                ('username', models.CharField(blank=True, max_length=32)),
                ('replaced_at', models.DateTimeField(db_index=True, help_text='When the bot saw another name.')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='earlier_names', to='botcore.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'first_name', 'last_name', 'username'), name='earlier_name_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonAttribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='Letters, digits and _, in lower case.', max_length=32)),
                ('value', models.CharField(max_length=200)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='botcore.user')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'name'), name='attribute_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=150)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('account', models.ForeignKey(help_text='Whose it is.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='botcore.user')),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-id'], name='note_by_person')],
            },
        ),
    ]
