package main

import (
	"context"
	"errors"
	"log"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	ctx := context.Background()
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		log.Fatal(err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	charge(ctx)
	if err := provider.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
}

func charge(ctx context.Context) {
	_, span := otel.Tracer("checkout").Start(ctx, "POST /charge", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	err := errors.New("card was refused")
	span.RecordError(err, trace.WithStackTrace(true))
	span.SetStatus(codes.Error, err.Error())
}
