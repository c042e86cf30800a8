"""Sends as many spans as its argument says, as OTEL_EXPORTER_OTLP_* say."""

import sys

from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

count = int(sys.argv[1])
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), max_queue_size=count))
tracer = provider.get_tracer("peer")
for _ in range(count):
    tracer.start_span("work").end()
provider.shutdown()
