"""Settings of retention are named like all others: retention.updates, not retention:updates."""

from django.db import migrations


def rename(old, new):
    def run(apps, schema_editor):
        rows = apps.get_model("botcore", "RuntimeSetting").objects.using(schema_editor.connection.alias)
        for row in rows.filter(name__startswith=old):
            name = new + row.name.removeprefix(old)
            if rows.filter(name=name).exists():  # set by the other release meanwhile, which is newer
                row.delete()
            else:
                rows.filter(pk=row.pk).update(name=name)

    return run


class Migration(migrations.Migration):

    dependencies = [("botcore", "0007_who_may_do_what")]

    operations = [
        migrations.RunPython(rename("retention:", "retention."), rename("retention.", "retention:")),
    ]
