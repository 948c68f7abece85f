"""Receives metrics by OTLP over HTTP, decodes them by OpenTelemetry's own messages, and prints each export as a line of JSON."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

from google.protobuf import json_format
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)


def unknown_fields(message):
    """Whether anything was sent that the protocol does not have, at any depth."""
    copy = type(message)()
    copy.CopyFrom(message)
    copy.DiscardUnknownFields()
    return copy.SerializeToString(deterministic=True) != message.SerializeToString(deterministic=True)


def decoded(kind, body):
    request = ExportMetricsServiceRequest()
    if kind == "application/json":
        return json_format.Parse(body, request, ignore_unknown_fields=False)
    if kind != "application/x-protobuf":
        raise ValueError(f"content type {kind}")
    request.ParseFromString(body)
    if unknown_fields(request):
        raise ValueError("unknown fields")
    return request


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = self.headers["content-length"]
        body = self.chunks() if length is None else self.rfile.read(int(length))
        try:
            request = decoded(self.headers["content-type"], body)
        except Exception as error:
            print(json.dumps({"refused": str(error)}), flush=True)
            self.answer(400, b"")
            return
        export = json_format.MessageToDict(request)
        export["path"] = self.path
        export["authorization"] = self.headers["authorization"]
        print(json.dumps(export), flush=True)
        self.answer(200, ExportMetricsServiceResponse().SerializeToString())

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(HTTPServer):
    def handle_error(self, *_):
        """A sender that is gone does not read its answer."""


server = Server(("127.0.0.1", 0), Receiver)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
