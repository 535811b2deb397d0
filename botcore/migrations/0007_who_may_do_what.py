"""Roles, bans, modes of access, confirmations, links to staff accounts, throttling; and the audit, which only grows."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

# Only who may change the table itself can get around it. TRUNCATE is open to tests, which say so in their database.
SEAL = """
CREATE FUNCTION botcore_audit_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_setting('botdeck.audit_may_be_emptied', true) = 'yes' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rows of the audit are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER botcore_audit_rows BEFORE UPDATE OR DELETE ON botcore_auditentry
    FOR EACH ROW EXECUTE FUNCTION botcore_audit_is_sealed();
CREATE TRIGGER botcore_audit_table BEFORE TRUNCATE ON botcore_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION botcore_audit_is_sealed();
"""
UNSEAL = """
DROP TRIGGER botcore_audit_table ON botcore_auditentry;
DROP TRIGGER botcore_audit_rows ON botcore_auditentry;
DROP FUNCTION botcore_audit_is_sealed();
"""


def seal(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEAL)


def unseal(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNSEAL)


class Migration(migrations.Migration):

    dependencies = [
        ('botcore', '0006_keys_that_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AccessVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='AllowedChat',
            fields=[
                ('chat_id', models.BigIntegerField(help_text="A person's id, or a group's.", primary_key=True, serialize=False)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
            options={
                'permissions': [('allow_chat', 'Can change who is on the list')],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('key', models.CharField(max_length=32, primary_key=True, serialize=False)),
                ('user_id', models.BigIntegerField()),
                ('chat_id', models.BigIntegerField()),
                ('action', models.CharField(max_length=100)),
                ('arguments', models.TextField(help_text='JSON.')),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('used_by', models.BigIntegerField(help_text='The update of the press: only that one may repeat it.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ThrottleDebt',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('until', models.DateTimeField(db_index=True, help_text='When nothing is owed any more.')),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('web', 'dashboard'), ('admin', "Django's admin"), ('telegram', 'Telegram'), ('cli', 'command line'), ('system', 'Botdeck itself')], max_length=8)),
                ('actor', models.CharField(help_text='Who: a staff account, a Telegram account, or a job.', max_length=150)),
                ('actor_id', models.BigIntegerField(help_text='Of the Telegram account, where it was one.', null=True)),
                ('action', models.CharField(help_text='Such as access.ban.', max_length=60)),
                ('target', models.CharField(blank=True, help_text='Such as person:42.', max_length=200)),
                ('before', models.TextField(blank=True, help_text='JSON of what was; empty: nothing.')),
                ('after', models.TextField(blank=True, help_text='JSON of what is; empty: nothing.')),
                ('ip', models.GenericIPAddressField(null=True)),
                ('request_id', models.CharField(blank=True, help_text="Of the request, or the update's row.", max_length=64)),
                ('previous', models.CharField(blank=True, help_text='The digest of the row before; empty: the first.', max_length=64)),
                ('digest', models.CharField(help_text='SHA-256 of this row and `previous`.', max_length=64, unique=True)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'indexes': [models.Index(fields=['action', '-id'], name='audit_by_action'), models.Index(fields=['target', '-id'], name='audit_by_target'), models.Index(fields=['actor', '-id'], name='audit_by_actor')],
            },
        ),
        migrations.CreateModel(
            name='OneTimeCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='SHA-256 of the code.', max_length=64, unique=True)),
                ('purpose', models.CharField(choices=[('link', 'link a Telegram account'), ('login', 'log in')], max_length=8)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Restriction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.BigIntegerField(help_text="Telegram's id.")),
                ('kind', models.CharField(choices=[('banned', 'banned'), ('muted', 'muted')], max_length=8)),
                ('until', models.DateTimeField(help_text='Empty: until somebody lifts it.', null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
            options={
                'permissions': [('restrict_user', 'Can ban, mute and lift both')],
                'constraints': [models.UniqueConstraint(fields=('user_id', 'kind'), name='restriction_once'), models.CheckConstraint(condition=models.Q(('user_id__gt', 0)), name='restriction_of_a_person')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('user_id', models.BigIntegerField(help_text="Telegram's id.", primary_key=True, serialize=False)),
                ('role', models.PositiveSmallIntegerField(choices=[(20, 'support'), (40, 'moderator'), (60, 'admin'), (100, 'owner')])),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
            ],
            options={
                'permissions': [('grant_role', 'Can grant and revoke roles')],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', [20, 40, 60, 100])), name='role_exists')],
            },
        ),
        migrations.CreateModel(
            name='StaffLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_id', models.BigIntegerField(help_text="Telegram's id.", unique=True)),
                ('at', models.DateTimeField()),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='telegram_link', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='PublishedMenu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bot_id', models.BigIntegerField()),
                ('user_id', models.BigIntegerField(help_text="Telegram's id.")),
                ('digest', models.CharField(help_text='Of the commands in all languages.', max_length=32)),
            ],
        ),
        migrations.AddIndex(
            model_name='user',
            index=models.Index(django.db.models.functions.text.Upper('username'), name='user_by_upper_username'),
        ),
        migrations.AddConstraint(
            model_name='publishedmenu',
            constraint=models.UniqueConstraint(fields=('bot_id', 'user_id'), name='menu_once'),
        ),
        migrations.RunPython(seal, unseal),
    ]
