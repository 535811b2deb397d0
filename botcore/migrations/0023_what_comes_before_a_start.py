"""What comes before a broadcast starts: a test, a time; and the first few, whose ends are waited for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("botcore", "0022_amended_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="broadcast",
            name="canary",
            field=models.IntegerField(
                db_default=0,
                default=0,
                help_text="So many deliveries end before the rest are made; 0: they went well, or there are none.",
            ),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="is_shown",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Its writer was shown it in a chat: it needs no test."
            ),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="scheduled_at",
            field=models.DateTimeField(help_text="When it shall begin, or was to begin, by itself.", null=True),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="test_message",
            field=models.BigIntegerField(help_text="The outbox' row of the last test of what it says now.", null=True),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="why",
            field=models.TextField(blank=True, db_default="", default="", help_text="Why it paused by itself."),
        ),
        migrations.AlterField(
            model_name="broadcast",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("scheduled", "scheduled"),
                    ("running", "running"),
                    ("paused", "paused"),
                    ("done", "done"),
                    ("cancelled", "cancelled"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
    ]
