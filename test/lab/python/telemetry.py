"""Set up before everything else. The endpoint, the name of the service and the batches come from the environment."""

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.urllib3 import URLLib3Instrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

import notes

_provider = TracerProvider()


def _call_of(headers):
    found = (headers or {}).get("x-call-id")
    return found.decode() if isinstance(found, bytes) else found


def start():
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(_provider)
    RequestsInstrumentor().instrument(
        request_hook=lambda span, request: notes.attempt(_call_of(request.headers), span)
    )
    URLLib3Instrumentor().instrument(
        request_hook=lambda span, _pool, request: notes.attempt(_call_of(request.headers), span)
    )
    HTTPXClientInstrumentor().instrument(
        request_hook=lambda span, request: notes.attempt(_call_of(request.headers), span)
    )


def flush():
    _provider.shutdown()
