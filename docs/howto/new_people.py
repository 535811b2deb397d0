"""Each night at half past three the owners hear how many people were new on the day before."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.services import send
from botcore.people.models import User
from botcore.runtime.jobs.registry import job
from botcore.runtime.jobs.run import Run


@job("new_people", cron="30 3 * * *", zone="Europe/Berlin", timeout=timedelta(minutes=1))
def tell_of_new_people(run: Run) -> str:
    """Queue one message for each owner; the key makes it one a day, also when the job runs twice."""
    day = timezone.now().date() - timedelta(days=1)
    new = User.objects.filter(first_seen__date=day).count()
    for owner in settings.TELEGRAM_ADMIN_IDS:
        run.check()
        try:
            send(chat_id=owner, text=f"New people on {day}: {new}", source="new_people", key=f"new:{day}:{owner}")
        except ValidationError:
            continue  # has never written to the bot, or has blocked it
    return f"{new} new people on {day}"
