"""Which pages `benchmarks.pages` opens: all of the dashboard, by its addresses, and lists and rows of the admin."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from botcore.models import Broadcast, ErrorGroup, OutgoingMessage, QuickReply, State, Update
from dashboard.urls import urlpatterns

# No pages of people who are logged in: machines' endpoints, doors, downloads and files, which are measured apart; and
# the question whether to reset a second factor, which nobody has.
LEFT_OUT = {
    "account_reset", "export", "favicon", "healthz", "login", "login_link", "login_once", "logout", "media_in",
    "media_out", "metrics", "person_archive", "person_takeout", "readyz", "statusz",
}  # fmt: skip
PERSON = 1_000  # who writes most, but for
TALKER = 999  # whose chat has as many messages as there are people: 1 000 000 in the big size
VIEWS = (  # of lists, each a question of its own to the database
    "/updates/?state=dead", "/updates/?state=done", "/updates/?kind=inline_query", "/updates/?handler=about.about",
    "/updates/?kind=nothing_like_it", f"/updates/?person={PERSON}", f"/updates/?chat={PERSON}",
    "/updates/?from=30d&to=29d", "/updates/?from=120d&state=dead", "/updates/replay/?state=dead",
    "/updates/replay/?state=done", "/people/?search=hugo", "/people/?search=name_77", "/people/?search=zzzzzz",
    "/people/?search=%23vip", "/people/?language=ru", "/people/?status=blocked", "/people/?sort=first_seen",
    "/people/?from=7d", "/people/?active=7d&used=start.start", "/people/?inactive=30d&sort=first_seen",
    "/people/?without=vip&unused=settings.show", "/people/segments/2/", "/people/segments/3/",
    "/people/growth/?days=365",
    "/people/growth/usage/?days=365", "/people/growth/funnels/?days=365", "/people/growth/answers/?days=365",
    "/chats/?type=supergroup", "/chats/?search=group",
    "/chats/?reach=blocked", "/find/?q=hugo", "/find/?q=key", "/find/?q=%2317", "/outbox/?state=sent",
    "/outbox/?state=failed", f"/outbox/?chat={PERSON}", "/errors/?tab=all&sort=count", "/errors/?tab=all&sort=people",
    "/errors/?tab=resolved", "/errors/?tab=all&search=key+17", "/events/?level=error", "/audit/?action=access.ban",
    "/audit/?actor=alice", "/feedback/?show=all",
    "/conversations/?show=waiting", "/conversations/?show=mine", "/conversations/?show=closed",
    "/conversations/?show=waiting&sort=waits.up", "/conversations/?sort=waits.up&search=%23vip",
    f"/conversations/{TALKER}/", f"/people/{TALKER}/", f"/chats/{TALKER}/", f"/updates/?chat={TALKER}",
    f"/updates/?person={TALKER}", f"/outbox/?chat={TALKER}", "/conversations/?search=hugo",
    "/conversations/?search=zzzzzz", "/monitoring/?range=day", "/monitoring/?range=week",
    "/monitoring/?range=month", "/monitoring/?range=year", "/outbox/?broadcast=50&state=failed",
)  # fmt: skip
SEARCHES = {
    "botcore.update": str(PERSON),
    "botcore.user": "name_77",
    "botcore.outgoingmessage": str(PERSON),
    "botcore.chat": "-1000000000007",
}


def addresses() -> Iterator[tuple[str, str]]:
    """Yield a name, the same for each size of the data, and an address."""
    yield from _dashboard()
    yield from ((view, view) for view in VIEWS)
    yield from _admin()


def _dashboard() -> Iterator[tuple[str, str]]:
    """Yield each named address; one that needs values gets those of a row that there is."""
    rows = {
        "update": Update.objects.filter(state=State.DEAD).order_by("-pk"),
        "outgoing": OutgoingMessage.objects.filter(state="failed").order_by("-pk"),
        "error": ErrorGroup.objects.order_by("-pk"),
        "broadcast": Broadcast.objects.order_by("-pk"),
    }
    values: dict[str, dict[str, Any]] = {
        **{name: {"pk": found.values_list("pk", flat=True)[0]} for name, found in rows.items()},
        "person": {"pk": PERSON},
        "chat": {"chat_id": str(PERSON)},
        "conversation": {"pk": PERSON},
        "quick_reply": {"pk": QuickReply.objects.values_list("pk", flat=True)[0]},
        "setting": {"name": "throttle.person_burst"},
        "job": {"name": "roll_up"},
        "condition": {"name": "disk_low"},
    }
    anything = {
        "pk": 1,
        "name": "roll_up",
        "chat_id": "1",
        "table": "updates",
    }  # for addresses that only take what a form sends
    for pattern in urlpatterns:
        name = str(pattern.name)
        if name not in LEFT_OUT:
            known = next((values[word] for word in (name, name.partition("_")[0]) if word in values), anything)
            wanted = {word: known[word] for word in pattern.pattern.regex.groupindex if word in known}
            yield name, reverse(f"dashboard:{name}", kwargs=wanted)


def _admin() -> Iterator[tuple[str, str]]:
    yield "admin", reverse("admin:index")
    for model in filter(admin.site.is_registered, apps.get_models()):
        options = model._meta
        name = f"{options.app_label}_{options.model_name}"
        address = reverse(f"admin:{name}_changelist")
        label = f"admin {options.model_name if options.app_label == 'botcore' else options.label_lower}"
        yield label, address
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            yield f"{label} row", reverse(f"admin:{name}_change", args=[row.pk])
        if options.label_lower in SEARCHES:
            yield f"{label} search", f"{address}?q={SEARCHES[options.label_lower]}"


def assets(page: str) -> set[str]:
    """Return the addresses of the styles and scripts that a page loads."""
    links = re.findall(r'<link[^>]*rel="stylesheet"[^>]*>', page)
    return {*re.findall(r'href="([^"]+)"', " ".join(links)), *re.findall(r'<script[^>]*src="([^"]+)"', page)}
