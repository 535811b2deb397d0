"""Who gets a broadcast: conditions on people, and when these were counted. The button for those who want no more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0023_what_comes_before_a_start'),
    ]

    operations = [
        migrations.AddField(
            model_name='broadcast',
            name='audience',
            field=models.JSONField(help_text='Conditions on who gets it, as words; none: everybody.', null=True),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='counted_at',
            field=models.DateTimeField(help_text='When these were counted; none: when it was written.', null=True),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='has_stop',
            field=models.BooleanField(db_default=False, default=False, help_text='Under it is a button that switches messages off.'),
        ),
        migrations.AddField(
            model_name='broadcast',
            name='stopped',
            field=models.IntegerField(db_default=0, default=0, help_text='People who pressed that button.'),
        ),
    ]
