"""Where the SMS gateway tells what became of an SMS: for it alone, by its secret."""

from __future__ import annotations

from flask import Response, abort, current_app, request

from vipclub import messages
from vipclub.web.frame import db
from vipclub.web.frame.doors import Door, public

LARGEST = 256 * 1024
sms_receipts = Door("sms_receipts", url_prefix="/sms", audience=(), bearer=True)


@sms_receipts.post("/receipts")
@public
def receive() -> Response:
    """Receipts, one or many. Without a gateway that sends them there is no such page; whoever
    doesn't know its secret learns nothing more than that."""
    description = current_app.extensions["vipclub"].settings.sms_description
    try:
        rule = messages.gateway_of(description).receipt if description is not None else None
    except messages.GatewayUnreadable:
        return Response(status=503)
    if rule is None:
        abort(404)
    if (request.content_length or 0) > LARGEST:
        abort(413)
    body = request.get_data(cache=True)
    try:
        told = messages.read_receipts(
            rule, body, dict(request.headers), request.args.get("token", "")
        )
    except messages.ReceiptRefused as refused:
        abort(404 if refused.forged else 400)
    db().run(messages.note_receipts, receipts=told)
    return Response(rule.reply, mimetype="text/plain")
