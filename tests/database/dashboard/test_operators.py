"""What operators do on the pages is counted, by what became of it; so are logins that fail."""

from django.test import Client, override_settings
from django.urls import reverse

from botcore import metrics
from botcore.models import RuntimeSetting
from tests.database.dashboard.data import PageTestCase, staff

LEVEL = {"logger": "botcore.inbox", "level": "DEBUG", "duration": "10m"}


def counted(channel: str) -> dict[str, float]:
    """Return the channel's counters that are not 0, by outcome."""
    labels = [{"channel": channel, "outcome": outcome} for outcome in ("done", "refused", "failed")]
    values = {one["outcome"]: metrics.REGISTRY.get_sample_value("botdeck_admin_actions_total", one) for one in labels}
    return {outcome: value or 0.0 for outcome, value in values.items()}


class ActionTests(PageTestCase):
    """Forms and their ends."""

    def assert_counts(self, channel: str, before: dict[str, float], **more: int) -> None:
        """Fail unless exactly so many more are counted."""
        now = counted(channel)
        self.assertEqual({name: now[name] - before[name] for name in now if now[name] != before[name]}, more)

    def test_a_form_is_done_refused_with_a_warning_or_refused_for_want_of_a_permission(self) -> None:
        before, address = counted("panel"), reverse("dashboard:log_level")
        self.client.post(address, LEVEL)
        self.assertEqual(RuntimeSetting.objects.count(), 1)
        self.client.post(address, LEVEL | {"level": "LOUD"})
        self.client.force_login(staff("bob", "view_update"))
        self.assertEqual(self.client.post(address, LEVEL).status_code, 403)
        self.assert_counts("panel", before, done=1, refused=2)

    def test_the_messages_that_say_so_are_still_shown(self) -> None:
        response = self.client.post(reverse("dashboard:log_level"), LEVEL | {"level": "LOUD"}, follow=True)
        self.assertEqual(len(list(response.context["messages"])), 1)

    def test_looking_logging_in_and_strangers_are_no_actions(self) -> None:
        before = counted("panel")
        self.client.get(reverse("dashboard:logs"))
        Client().post(reverse("dashboard:log_level"), LEVEL)
        with override_settings(AXES_ENABLED=False):
            Client().post(reverse("dashboard:login"), {"username": "alice", "password": "alice-password"})
        self.assert_counts("panel", before)

    def test_the_admin_counts_what_is_done_and_not_a_form_that_is_shown_again(self) -> None:
        before, address = counted("admin"), reverse("admin:auth_user_add")
        self.client.post(address, {"username": "carol"})
        self.assert_counts("admin", before)
        passwords = {"usable_password": "true", "password1": "long-enough-7", "password2": "long-enough-7"}
        self.assertEqual(self.client.post(address, {"username": "carol", **passwords}).status_code, 302)
        self.assert_counts("admin", before, done=1)

    def test_a_login_that_fails_is_counted(self) -> None:
        before = metrics.LOGIN_FAILURES._value.get()
        Client().post(reverse("dashboard:login"), {"username": "alice", "password": "guessed"})
        self.assertEqual(metrics.LOGIN_FAILURES._value.get(), before + 1)
