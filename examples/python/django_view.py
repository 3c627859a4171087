"""A Django view that verifies a person's photo, in one file.

pip install shiren django
SHIREN_SANDBOX=http://127.0.0.1:8899 python django_view.py runserver
"""

from __future__ import annotations

import secrets
import sys

import django
import shiren
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, SECRET_KEY=secrets.token_hex(), ALLOWED_HOSTS=["127.0.0.1", "testserver"])
    django.setup()

client = shiren.Client()


@csrf_exempt  # an API; with a form of your own leave this out
@require_POST
def verify(request: HttpRequest) -> JsonResponse:
    photo = request.FILES["photo"].read()
    try:
        verdict = client.compare(
            service="juhe_verify2",
            subject=shiren.models.Subject(name=request.POST["name"], id_number=request.POST["id_number"]),
            photo=photo,
        ).verdict
    except shiren.InvalidArgument as error:
        return JsonResponse({"field": error.field, "message": error.message}, status=422)
    except shiren.ShirenError as error:
        return JsonResponse({"error": error.kind, "billed": error.billed}, status=503)
    return JsonResponse({"decision": verdict.decision, "billed": verdict.billed})


urlpatterns = [path("verify", verify)]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
