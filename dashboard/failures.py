"""What a person sees when a page failed: one sentence and the reference that finds the error."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from botcore.errors.capture import capture
from botcore.errors.kinds import Source
from botcore.errors.log_handler import about
from dashboard.viewer import is_poll

SENTENCE = "Something went wrong here"


def server_error(request: HttpRequest) -> HttpResponse:
    """Record the error at hand and answer in the form that was asked for; Django calls it for any uncaught one."""
    reference = capture(sys.exc_info()[1], source=Source.WEB, request=about(request))
    if is_poll(request):
        text = f"{SENTENCE}. Reference: {reference}"
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")
    if not request.accepts("text/html"):
        return JsonResponse({"error": SENTENCE, "reference": reference}, status=500)
    return render(None, "500.html", {"reference": reference}, status=500)
