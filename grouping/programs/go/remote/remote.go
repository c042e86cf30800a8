// Package remote talks to the services that copies are sent to.
package remote

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/tinyweb/tinyweb"
	"go.opentelemetry.io/otel/trace"
)

type StatusError struct {
	URL    string
	Status int
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("GET %s answered %d", e.URL, e.Status)
}

func get(ctx context.Context, url string) (*http.Response, error) {
	client := &http.Client{Timeout: 100 * time.Millisecond}
	built, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	reply, err := client.Do(built)
	if err == nil && reply.StatusCode >= 400 {
		return nil, &StatusError{url, reply.StatusCode}
	}
	return reply, err
}

// The registry is a service at the same port on all its hosts.
func Register(ctx context.Context, request tinyweb.Request) error {
	_, err := get(ctx, fmt.Sprintf("http://%s:8761/accounts/%s", request["HOST"], request["CUSTOMER"]))

	return err
}

func FetchQuota(ctx context.Context, request tinyweb.Request) error {
	_, err := get(ctx, fmt.Sprintf("http://%s:%s/503/quota/%s", request["HOST"], request["UPSTREAM_PORT"], request["CUSTOMER"]))

	return err
}

func Search(ctx context.Context, request tinyweb.Request) error {
	_, err := get(ctx, fmt.Sprintf("http://%s:%s/slow/search?q=%s", request["HOST"], request["UPSTREAM_PORT"], request["SKU"]))

	return err
}

func Upload(ctx context.Context, request tinyweb.Request) error {
	text := fmt.Sprintf("http://%s:%s/chunks/%s", request["HOST"], request["PORT"], request["UUID"])

	_, err := get(ctx, text)
	if err != nil {
		trace.SpanFromContext(ctx).RecordError(err, trace.WithStackTrace(true))
	}
	return err
}
