"""Erasures: what is to be done and the proof that it was; and the audit lets a person be taken out of its entries."""

from django.db import migrations, models

# Who takes a person out says so for their transaction; what the chain is made of stays, see audit/redaction.py.
SEAL = """
CREATE OR REPLACE FUNCTION botcore_audit_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('botdeck.audit_redaction', true) = 'yes' THEN
        IF (NEW.id, NEW.at, NEW.channel, NEW.action, NEW.ip, NEW.request_id, NEW.previous, NEW.digest)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.at, OLD.channel, OLD.action, OLD.ip, OLD.request_id, OLD.previous, OLD.digest)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of the audit are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
"""
BEFORE = """
CREATE OR REPLACE FUNCTION botcore_audit_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of the audit are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
"""


def seal(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEAL)


def unseal(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BEFORE)


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0026_segments_and_imports'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_index=True, help_text="HMAC-SHA-256 of the id with the project's secret key.", max_length=64)),
                ('person_id', models.BigIntegerField(help_text="Telegram's id; empty when it is done.", null=True, unique=True)),
                ('marks', models.TextField(blank=True, help_text='JSON of what the person is known by; empty when it is done.')),
                ('by', models.CharField(help_text='Who wanted it.', max_length=150)),
                ('asked_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('step', models.CharField(blank=True, default='', help_text='The table that is walked …', max_length=60)),
                ('cursor', models.CharField(blank=True, default='', help_text='… and up to which key.', max_length=200)),
                ('counts', models.TextField(default='{}', help_text='JSON: how many rows of each table went or were masked.')),
            ],
            options={
                'permissions': [('erase_person', 'Can export and erase all that is kept of a person')],
            },
        ),
        migrations.RunPython(seal, unseal),
    ]
