"""A view that tells a customer by the bot: it queues a message in its own transaction and never calls Telegram."""

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from botcore.exceptions import ValidationError
from botcore.outbox.content import Button
from botcore.outbox.services import send


@require_POST
@permission_required("botcore.add_outgoingmessage", raise_exception=True)
@transaction.atomic
def order_shipped(_request: HttpRequest, order: int, chat: int) -> HttpResponse:
    """Say that an order is on its way, once, however often the form comes."""
    try:
        message = send(
            chat_id=chat,
            text=f"Your order {order} is on its way.",
            buttons=[[Button("It came", data=f"order_came:{order}")]],
            source="orders",
            key=f"order:{order}:shipped",
        )
    except ValidationError as refused:  # one sentence: the chat is unknown, or has blocked the bot
        return JsonResponse({"error": str(refused)}, status=400)
    return JsonResponse({"message": message})
