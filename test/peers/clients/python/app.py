from opentelemetry import trace

tracer = trace.get_tracer("checkout")


def charge():
    raise ValueError("card was refused")


with tracer.start_as_current_span("POST /charge", kind=trace.SpanKind.SERVER):
    charge()
