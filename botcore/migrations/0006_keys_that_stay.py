"""Keys of `context.once(…, across_updates=True)` belong to no update, so that they outlive the one that asked first."""

import django.db.models.deletion
from django.db import migrations, models

# Until now they had it, too; only a key for one update begins with its number.
ACROSS_UPDATES = "UPDATE botcore_oncekey SET update_id = NULL WHERE key NOT LIKE update_id || ':%'"


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0005_watching'),
    ]

    operations = [
        migrations.AlterField(
            model_name='oncekey',
            name='update',
            field=models.ForeignKey(help_text='The one that the key is for; empty: for all.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='once_keys', to='botcore.update'),
        ),
        migrations.AlterField(
            model_name='outgoingmessage',
            name='payload',
            field=models.TextField(help_text="The method's parameters beside chat_id, a JSON object; empty when they are no longer kept."),
        ),
        migrations.RunSQL(ACROSS_UPDATES, migrations.RunSQL.noop),
    ]
