package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/tinyweb/tinyweb"
	"go.opentelemetry.io/otel/trace"
)

var ErrChecksum = errors.New("checksum differs")

func Verify(ctx context.Context, request tinyweb.Request) error {
	text := request["UUID"]

	if text != request["BODY"] {
		err := fmt.Errorf("%s of %s: %w", request["FILE"], request["EMAIL"], ErrChecksum)
		trace.SpanFromContext(ctx).RecordError(err, trace.WithStackTrace(true))
		return err
	}
	return nil
}

func ReadManifest(ctx context.Context, request tinyweb.Request) error {
	var entry map[string]string

	if err := json.Unmarshal([]byte("{"+request["BODY"]), &entry); err != nil {
		err = fmt.Errorf("manifest %s: %w", request["UUID"], err)
		trace.SpanFromContext(ctx).RecordError(err, trace.WithStackTrace(true))
		return err
	}
	return nil
}

func Restore(_ context.Context, request tinyweb.Request) error {
	_, err := os.ReadFile(request["FILE"])
	if err != nil {
		return fmt.Errorf("restore for %s: %w", request["EMAIL"], err)
	}
	return nil
}
