// Package tinyweb is a small web framework with tracing.
package tinyweb

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type Request map[string]string

type Handler func(ctx context.Context, request Request) error

type Middleware func(next Handler) Handler

type App struct {
	Tracer      trace.Tracer
	names       []string
	handlers    []Handler
	middlewares []Middleware
}

func (a *App) Route(name string, handler Handler) {
	a.names = append(a.names, name)
	a.handlers = append(a.handlers, handler)
}

func (a *App) Use(middleware Middleware) {
	a.middlewares = append(a.middlewares, middleware)
}

// Serve calls every handler in a span named by its route.
func (a *App) Serve(request Request) {
	for i, handler := range a.handlers {
		for _, middleware := range a.middlewares {
			handler = middleware(handler)
		}
		a.call(a.names[i], handler, request)
	}
}

func (a *App) call(name string, handler Handler, request Request) {
	defer func() { _ = recover() }()
	ctx, span := a.Tracer.Start(context.Background(), name)
	defer span.End(trace.WithStackTrace(true))
	if err := handler(ctx, request); err != nil {
		span.RecordError(err)
	}
}

func Authenticate(next Handler) Handler {
	return func(ctx context.Context, request Request) error {
		return next(ctx, request)
	}
}

func LimitRate(next Handler) Handler {
	return func(ctx context.Context, request Request) error {
		return next(ctx, request)
	}
}
