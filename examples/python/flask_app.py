"""Comparing a photo with the register's, with Flask; for gunicorn with or without --preload.

pip install shiren flask gunicorn
SHIREN_SANDBOX=http://127.0.0.1:8899 gunicorn --preload -w 4 flask_app:app
"""

from __future__ import annotations

import shiren
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

app = Flask(__name__)
# Made before the fork: each worker makes its own connections by itself.
client = shiren.Client()


@app.post("/compare")
def compare() -> ResponseReturnValue:
    """Form fields `name` and `id_number`, file `photo`."""
    photo = request.files["photo"].read()
    fitted = shiren.photo.fit(image=photo)
    reply = client.juhe.verifyface.verify2(
        realname=request.form["name"], idcard=request.form["id_number"], image=fitted.image
    )
    verdict = reply.verdict
    return jsonify(decision=verdict.decision, billed=verdict.billed, reasons=[one.message for one in verdict.reasons])


@app.errorhandler(shiren.ShirenError)
def failed(error: shiren.ShirenError) -> ResponseReturnValue:
    """An error never holds a name, a number, a photo or a key: its fields may be shown and logged."""
    status = 422 if isinstance(error, shiren.InvalidArgument) else 503
    return jsonify(error=error.kind, field=error.field, message=error.message, billed=error.billed), status
