package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/acme/backup/plans"
	"github.com/acme/backup/pools"
	"github.com/acme/backup/remote"
	"github.com/acme/backup/store"
	"github.com/tinyweb/tinyweb"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func main() {
	recorder := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(recorder))
	app := &tinyweb.App{Tracer: provider.Tracer("backup")}
	catalog := &store.Catalog{}
	app.Route("nil/owner", catalog.NotifyOwner)
	app.Route("nil/target", catalog.DescribeTarget)
	app.Route("nil-map/tag", catalog.Tag)
	app.Route("index/newest", catalog.Newest)
	app.Route("slice/preview", catalog.Preview)
	app.Route("zero/ratio", catalog.Ratio)
	app.Route("closure/sort", catalog.Sorted)
	app.Route("cast/size", plans.SizeLimit)
	app.Route("custom/quota", plans.MustReserve)
	app.Route("channel/cancel", plans.Cancel)
	app.Route("recorded/checksum", store.Verify)
	app.Route("recorded/manifest", store.ReadManifest)
	app.Route("recorded/upload", remote.Upload)
	app.Route("json/schedule", plans.ReadSchedule)
	app.Route("number/keep", plans.Keep)
	app.Route("file/restore", store.Restore)
	app.Route("refused/registry", remote.Register)
	app.Route("upstream/quota", remote.FetchQuota)
	app.Route("timeout/search", remote.Search)
	app.Route("not-found/account", plans.FindAccount)
	app.Route("not-found/plan", plans.FindPlan)
	app.Route("retention/rejected", plans.Retention)
	pool := &pools.Pool{}
	app.Route("interface/announce", pool.Announce)
	app.Route("shared/weekly", pool.Weekly)
	app.Route("shared/monthly", pool.Monthly)
	app.Route("generic/oldest", pools.Oldest)
	app.Route("retried/preview", pools.Retry)
	app.Route("wrapped/load", pools.Load)
	app.Route("wrapped/save", pools.Save)
	app.Route("inline/owner", func(_ context.Context, request tinyweb.Request) error {
		var owners map[string][]string
		return errors.New(owners[request["UUID"]][0])
	})
	app.Route("local/archive", archive)
	if os.Getenv("CALLER") == "middlewares" {
		app.Use(tinyweb.LimitRate)
		app.Use(tinyweb.Authenticate)
	}
	app.Serve(environment())
	print(recorder.Ended())
}

type shelf struct{ boxes []string }

func (s *shelf) box(at int) string { return s.boxes[at] }

func archive(_ context.Context, request tinyweb.Request) error {
	return errors.New((&shelf{}).box(len(request["NAME"])))
}

func environment() tinyweb.Request {
	request := tinyweb.Request{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		request[name] = value
	}
	return request
}

func print(spans []trace.ReadOnlySpan) {
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for _, span := range spans {
		sample := map[string]string{"bug": span.Name(), "type": "", "message": "", "stacktrace": ""}
		for _, event := range span.Events()[:1] {
			for _, attribute := range event.Attributes {
				sample[strings.TrimPrefix(string(attribute.Key), "exception.")] = attribute.Value.AsString()
			}
		}
		_ = output.Encode(sample)
	}
}
