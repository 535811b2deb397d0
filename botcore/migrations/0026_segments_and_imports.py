"""Named conditions on people and files of tags that wait for their yes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0025_names_notes_attributes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('conditions', models.JSONField(default=dict, help_text='Such as language: ru; as in the address of the list.')),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField(help_text='When it was last changed.')),
            ],
        ),
        migrations.CreateModel(
            name='TagImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True)),
                ('pairs', models.TextField(help_text='JSON: ids of people, each with tags.')),
                ('report', models.JSONField(default=dict, help_text='What the page shows of the file.')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
