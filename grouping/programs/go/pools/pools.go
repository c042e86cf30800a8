// Package pools keeps what workers share.
package pools

import (
	"context"
	"fmt"
	"io"

	"github.com/tinyweb/tinyweb"
)

type notifier interface {
	notify(account string) error
}

type Pool struct {
	notifier
	limits map[string]string
}

func (p *Pool) Announce(_ context.Context, request tinyweb.Request) error {
	return p.notify(request["CUSTOMER"])
}

func (p *Pool) Weekly(_ context.Context, request tinyweb.Request) error {
	entry := p.limit("weekly", request["UUID"])

	return fmt.Errorf("limit %s is no number", entry)
}

func (p *Pool) Monthly(_ context.Context, request tinyweb.Request) error {
	entry := p.limit("monthly", request["UUID"])

	return fmt.Errorf("limit %s is no number", entry)
}

func (p *Pool) limit(name, account string) string {
	found, ok := p.limits[name]
	if !ok {
		panic(fmt.Sprintf("account %s has no limit", account))
	}
	return found
}

func Oldest(_ context.Context, request tinyweb.Request) error {
	rows := []string{}

	return fmt.Errorf("%s: %s", request["SKU"], first(rows))
}

func first[T any](rows []T) T {
	return rows[0]
}

func Retry(_ context.Context, request tinyweb.Request) error {
	return attempts(func(number int) error {
		entry := []byte(request["SKU"])[:number]

		return fmt.Errorf("%s", entry[len(request["NAME"]):])
	})
}

func attempts(try func(number int) error) error {
	for number := 1; ; number++ {
		if err := try(number); err == nil {
			return nil
		}
	}
}

func Load(_ context.Context, request tinyweb.Request) error {
	return fmt.Errorf("load of snapshot %s: %w", request["UUID"], io.ErrUnexpectedEOF)
}

func Save(_ context.Context, request tinyweb.Request) error {
	return fmt.Errorf("save of snapshot %s: %w", request["UUID"], io.ErrUnexpectedEOF)
}
