"""Permissions of exports and of restarting; groups that may do on the pages what their role may in Telegram.

And PostgreSQL's seal of the audit, which a setting of the session could open, has no way around any more. The audit is
searched by the Telegram account of who did it, too.
"""

from django.conf import settings
from django.db import migrations, models

SEAL = """
CREATE OR REPLACE FUNCTION botcore_audit_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
# What commands let these roles do already. Groups that are new get it with the rest (botcore/access/groups.py).
GIVEN = {
    "support": ["add_outgoingmessage"],
    "moderator": ["add_outgoingmessage", "view_restriction"],
}


def seal(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEAL)


def give(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.filter(content_type__app_label="botcore")
    for group in apps.get_model("auth", "Group").objects.filter(name__in=GIVEN):
        group.permissions.add(*permissions.filter(codename__in=GIVEN[group.name]))


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0011_broadcast_cards'),
        ('auth', '0012_alter_user_first_name_max_length'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='runtimesetting',
            options={'permissions': [('export_data', 'Can download whole tables'), ('restart_bot', 'Can restart all bot processes')]},
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor_id', '-id'], name='audit_by_account'),
        ),
        migrations.RunPython(give, migrations.RunPython.noop),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
