"""Files from pages that wait to be sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0028_uses_funnels_and_answers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Enclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(blank=True, default='', help_text='Such as message:17; empty: of nothing yet.', max_length=40)),
                ('chat_id', models.BigIntegerField(help_text='The chat that it goes to, if that is a single one.', null=True)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(help_text='As what it is sent, such as photo.', max_length=12)),
                ('size', models.PositiveBigIntegerField(help_text='In bytes.')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['holder'], name='enclosure_by_holder'), models.Index(condition=models.Q(('chat_id__isnull', False)), fields=['chat_id'], name='enclosure_by_chat'), models.Index(fields=['at'], name='enclosure_by_time')],
            },
        ),
        migrations.CreateModel(
            name='EnclosurePiece',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('data', models.BinaryField()),
                ('enclosure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='botcore.enclosure')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enclosure', 'number'), name='enclosure_piece_once')],
            },
        ),
    ]
