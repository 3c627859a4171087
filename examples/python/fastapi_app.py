"""A hosted session with FastAPI: start, way back, notice.

pip install shiren fastapi uvicorn
SHIREN_SANDBOX=http://127.0.0.1:8899 uvicorn fastapi_app:app
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import shiren
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, SecretStr
from shiren import models

PUBLIC = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")


class Person(BaseModel):
    name: SecretStr
    id_number: SecretStr

    def subject(self) -> models.Subject:
        return models.Subject(name=self.name.get_secret_value(), id_number=self.id_number.get_secret_value())


#: In a real service: a table, by user. The session is JSON and holds no name and no number.
stored: dict[str, tuple[models.Session, models.Subject]] = {}


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    # Made here: each worker has a client, and it is closed with the worker.
    async with shiren.AsyncClient() as client:
        app.state.shiren = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/verify")
async def start(person: Person, request: Request) -> dict[str, str]:
    client: shiren.AsyncClient = request.app.state.shiren
    key = secrets.token_urlsafe()
    subject = person.subject()
    session = await client.liveness.start(vendor="juhe", subject=subject, return_url=f"{PUBLIC}/back/{key}")
    stored[key] = (session, subject)
    return {"page": session.page_url}


@app.get("/back/{key}")
async def back(key: str, request: Request) -> dict[str, object]:
    client: shiren.AsyncClient = request.app.state.shiren
    if key not in stored:
        raise HTTPException(404, "no such session, or it was used")
    session, subject = stored[key]
    # The whole URL exactly as received: decoding and writing it again changes the bytes that the vendor signed.
    landed = request.scope["raw_path"].decode() + "?" + request.scope["query_string"].decode()
    try:
        verdict = (await client.liveness.finish(session=session, landed_url=landed, subject=subject)).verdict
    except shiren.Signature as error:
        raise HTTPException(400, "this is not the way back of this session") from error
    except shiren.ShirenError as error:
        raise HTTPException(503, error.message) from error
    if verdict.decision != "pending":
        del stored[key]
    return {"passed": verdict.decision == "passed", "reasons": [reason.message for reason in verdict.reasons]}


@app.post("/notify")
async def notify(request: Request) -> str:
    # A notice is an unsigned hint that a session is over: ask the vendor's server, as the way back does.
    notice = shiren.juhe.notify.read(
        method=request.method,
        content_type=request.headers.get("content-type"),
        url=str(request.url),
        body=await request.body(),
    )
    return "success" if notice.jh_order_id else "fail"


@app.exception_handler(shiren.InvalidArgument)
async def refused(_: Request, error: shiren.InvalidArgument) -> JSONResponse:
    return JSONResponse({"field": error.field, "message": error.message}, 422)
