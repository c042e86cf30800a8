// Sends as many spans, log records and data points as its argument says, as OTEL_EXPORTER_OTLP_* say, and asks whether the server is well.
package main

import (
	"context"
	"fmt"
	"log"
	"net/url"
	"os"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	must(err)
	ctx := context.Background()
	checkHealth(ctx)
	sendSpans(ctx, count)
	sendLogs(ctx, count)
	sendMetrics(ctx, count)
}

func checkHealth(ctx context.Context) {
	endpoint, err := url.Parse(os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	must(err)
	connection, err := grpc.NewClient(endpoint.Host, grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(err)
	defer connection.Close()
	client := grpc_health_v1.NewHealthClient(connection)
	checked, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
	must(err)
	listed, err := client.List(ctx, &grpc_health_v1.HealthListRequest{})
	must(err)
	watching, err := client.Watch(ctx, &grpc_health_v1.HealthCheckRequest{})
	must(err)
	watched, err := watching.Recv()
	must(err)
	fmt.Println(checked.Status, len(listed.Statuses), watched.Status)
}

func sendSpans(ctx context.Context, count int) {
	exporter, err := otlptracegrpc.New(ctx)
	must(err)
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter, sdktrace.WithMaxQueueSize(count)))
	tracer := provider.Tracer("peer")
	for range count {
		_, span := tracer.Start(ctx, "work")
		span.End()
	}
	must(provider.Shutdown(ctx))
}

func sendLogs(ctx context.Context, count int) {
	exporter, err := otlploggrpc.New(ctx)
	must(err)
	processor := sdklog.NewBatchProcessor(exporter, sdklog.WithMaxQueueSize(count))
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(processor))
	logger := provider.Logger("peer")
	for i := range count {
		var record otellog.Record
		record.SetBody(attribute.IntValue(i))
		logger.Emit(ctx, record)
	}
	must(provider.Shutdown(ctx))
}

func sendMetrics(ctx context.Context, count int) {
	exporter, err := otlpmetricgrpc.New(ctx)
	must(err)
	provider := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exporter)))
	meter := provider.Meter("peer")
	for i := range count {
		counter, err := meter.Int64Counter(fmt.Sprintf("counter%d", i))
		must(err)
		counter.Add(ctx, 1)
	}
	must(provider.Shutdown(ctx))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
