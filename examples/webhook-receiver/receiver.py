#!/usr/bin/env python3
"""Takes the notifications of outdial and believes only those that are signed (Standard Webhooks, docs/webhooks.md).

Python's standard library alone:

    export OUTDIAL_WEBHOOK_SECRETS="whsec_$(openssl rand -base64 32)"
    python3 examples/webhook-receiver/receiver.py
    OUTBOUND_CALLS_STATUS_WEBHOOK=http://127.0.0.1:8000/ ENABLE_OUTBOUND_CALLS=true npx outdial serve

You will see a line for each state of a call, once each, and `refused: ...` for what is not from your gateway.
"""
import base64
import hashlib
import hmac
import json
import os
import re
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_S = 300
MOST_BYTES = 65_536
NUMBER = re.compile(r"[0-9]{1,12}")
# While a secret is changed there are two, separated by a comma.
SECRETS = [each.strip() for each in os.environ.get("OUTDIAL_WEBHOOK_SECRETS", "").split(",") if each.strip()]
KEYS = [base64.b64decode(secret.removeprefix("whsec_")) for secret in SECRETS]
if not KEYS:
    raise SystemExit("OUTDIAL_WEBHOOK_SECRETS is not set")


def find_fault(headers, body):
    """Why this is not believed; None when it is. `body` is the bytes as they came."""
    id_, timestamp, signatures = (headers.get(f"webhook-{name}") for name in ("id", "timestamp", "signature"))
    if not (id_ and timestamp and signatures):
        return "not signed"
    # What somebody recorded cannot be sent again for ever.
    if not NUMBER.fullmatch(timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return "too old or too new"
    for key in KEYS:
        digest = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
        right = "v1," + base64.b64encode(digest).decode()
        if any(hmac.compare_digest(each.encode(), right.encode()) for each in signatures.split(" ")):
            return None
    return "wrong signature"


# A notification whose answer was lost comes again, with the same id. Keep them where they outlive this process.
taken = set()


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # for who connects and sends nothing

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not NUMBER.fullmatch(length) or int(length) > MOST_BYTES:
            return self.answer(400)
        body = self.rfile.read(int(length))
        fault = find_fault(self.headers, body)
        if fault is not None:
            print(f"refused: {fault}", flush=True)
            return self.answer(401)
        if self.headers["webhook-id"] not in taken:
            taken.add(self.headers["webhook-id"])
            told = json.loads(body)
            print(told["type"], told["vgwSessionID"], told["failureReason"] or "", flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Receiver)
print("listening on", server.server_port, flush=True)
server.serve_forever()
