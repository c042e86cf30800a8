// An app that calls as it is told, by the library that it is told, with OpenTelemetry as a user would have it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var p plan
	if err := json.NewDecoder(os.Stdin).Decode(&p); err != nil {
		return err
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})

	client, known := clients[p.Client]
	if !known {
		return fmt.Errorf("no client %s", p.Client)
	}
	made := app{p, client.open(p), otel.Tracer("shop")}
	fmt.Println(`{"begun":true}`)
	made.all(ctx)
	time.Sleep(time.Duration(p.LingerMillis) * time.Millisecond)
	if err := provider.Shutdown(ctx); err != nil {
		return err
	}
	noteVersions(client.modules)
	return json.NewEncoder(os.Stdout).Encode(noted)
}

func noteVersions(modules []string) {
	noted.Versions["go"] = runtime.Version()
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		for _, module := range modules {
			if dependency.Path == module {
				noted.Versions[module] = dependency.Version
			}
		}
	}
}

type app struct {
	plan
	send   send
	tracer trace.Tracer
}

func (a app) all(ctx context.Context) {
	if a.Parent == "shared" {
		shared, span := a.tracer.Start(ctx, "nightly import")
		defer span.End()
		ctx = shared
	}
	if a.Shape == "paced" {
		a.paced(ctx)
	} else {
		a.byWorkers(ctx)
	}
}

func (a app) pause() { time.Sleep(time.Duration(a.EveryMillis) * time.Millisecond) }

func (a app) byWorkers(ctx context.Context) {
	left := make(chan call, len(a.Calls))
	for _, one := range a.Calls {
		left <- one
	}
	close(left)
	var workers sync.WaitGroup
	for range a.Concurrency {
		workers.Go(func() {
			for one := range left {
				a.make(ctx, one)
				a.pause()
			}
		})
	}
	workers.Wait()
}

func (a app) paced(ctx context.Context) {
	var made sync.WaitGroup
	for _, one := range a.Calls {
		made.Go(func() { a.make(ctx, one) })
		a.pause()
	}
	made.Wait()
}

func (a app) make(ctx context.Context, one call) {
	start := now()
	err := a.within(ctx, one)
	noted.outcome(outcome{one.ID, start, now(), err == nil, errors.Is(err, errRejected)})
}

// In the span of the request for which it is made, if there is one for each call.
func (a app) within(ctx context.Context, one call) error {
	url := a.Places[one.To] + one.Path
	if a.Parent != "own" {
		return a.send(ctx, one.ID, url, one.Method)
	}
	ctx, span := a.tracer.Start(ctx, "GET /checkout", trace.WithSpanKind(trace.SpanKindServer))
	defer span.End()
	err := a.send(ctx, one.ID, url, one.Method)
	if err != nil {
		span.SetStatus(codes.Error, "")
	}
	return err
}
