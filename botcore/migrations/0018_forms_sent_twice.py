"""What a form of the panel was answered, for who sends it a second time."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0017_known_browsers'),
    ]

    operations = [
        migrations.AddField(
            model_name='oncekey',
            name='answer',
            field=models.TextField(blank=True, db_default='', help_text='What the form was answered, for who sends it a second time.'),
        ),
        migrations.AlterField(
            model_name='oncekey',
            name='bot_id',
            field=models.BigIntegerField(help_text='0 for a form of the panel.'),
        ),
    ]
