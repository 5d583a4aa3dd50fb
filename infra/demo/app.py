"""Every program of the shop: serves /healthz and writes what such a program writes."""

import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

NAME = sys.argv[1]
PORT = int(os.environ.get("PORT", "8080"))
LINES = {
    "storefront": ("GET / 200 14ms", "GET /p/1842 200 9ms", "GET /cart 200 21ms"),
    "cart": ("cart 7f21 item added sku=1842", "cart 7f21 totals computed", "cart 90aa expired"),
    "catalog": ("reindexed 4210 products in 812ms", "price feed applied, 37 changes"),
    "checkout": ("order 55102 accepted", "order 55103 accepted", "order 55103 handed to payments"),
    "payments-api": ("charge 55102 authorised in 240ms", "charge 55103 authorised in 198ms"),
    "postgres": ("checkpoint complete: wrote 44 buffers", "checkpoint starting: time"),
    "log-shipper": ("shipped 812 lines", "shipped 790 lines"),
}


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


def serve() -> None:
    server = HTTPServer(("", PORT), Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{NAME} listening on :{PORT}", flush=True)


def chatter() -> None:
    lines = LINES.get(NAME, ("still here",))
    for number in range(10**6):
        time.sleep(4)
        print(f"INFO {lines[number % len(lines)]}", flush=True)


def settings() -> None:
    print("INFO payments-api 3.2.0 starting", flush=True)
    print("INFO reading settings from the environment", flush=True)
    url = os.environ["PSP_API_URL"]
    print(f"INFO provider at {url}", flush=True)


def recommendations() -> None:
    print("INFO loading model recommend-v9", flush=True)
    held = []
    for number in range(10**6):
        held.append(bytearray(8 * 1024 * 1024))
        print(f"INFO {8 * (number + 1)} MiB of embeddings loaded", flush=True)
        time.sleep(0.15)


def export() -> None:
    print("INFO invoice-export: 1 period to export", flush=True)
    time.sleep(1)
    print("ERROR could not connect to orders-db.data:5432: connection refused", flush=True)
    sys.exit(2)


def cleanup() -> None:
    print("INFO 312 sessions removed", flush=True)


def migrate() -> None:
    print("INFO 12 migrations to apply", flush=True)
    time.sleep(1)
    print('ERROR migration 0009_add_vat: column "vat_rate" already exists', flush=True)
    sys.exit(1)


SPECIAL = {
    "recommendations": recommendations,
    "invoice-export": export,
    "migrate": migrate,
    "cleanup": cleanup,
}
if NAME in SPECIAL:
    SPECIAL[NAME]()
else:
    if NAME == "payments-api":
        settings()
    serve()
    chatter()
