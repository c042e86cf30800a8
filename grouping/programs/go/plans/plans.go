// Package plans says what is backed up when.
package plans

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/tinyweb/tinyweb"
)

type QuotaExceeded struct {
	Account string
	Wanted  string
}

func (e QuotaExceeded) Error() string {
	return fmt.Sprintf("account %s has no space left for %s MB", e.Account, e.Wanted)
}

func SizeLimit(_ context.Context, request tinyweb.Request) error {
	var entry any = request["NAME"]

	fmt.Println(entry.(int))
	return nil
}

func MustReserve(_ context.Context, request tinyweb.Request) error {
	reserve(request["CUSTOMER"], request["AMOUNT"])
	return nil
}

func reserve(account, wanted string) {
	panic(QuotaExceeded{account, wanted})
}

func Cancel(_ context.Context, request tinyweb.Request) error {
	entry := make(chan string, 1)

	close(entry)
	entry <- request["UUID"]
	return nil
}

func ReadSchedule(_ context.Context, request tinyweb.Request) error {
	var entry struct{ Cron int }

	text := fmt.Sprintf(`{"cron": %q}`, request["NAME"])
	return json.Unmarshal([]byte(text), &entry)
}

func Keep(_ context.Context, request tinyweb.Request) error {
	_, err := strconv.Atoi(request["UUID"])

	return err
}

func FindAccount(_ context.Context, request tinyweb.Request) error {
	return fmt.Errorf("account %s (%s) not found", request["CUSTOMER"], request["EMAIL"])
}

func FindPlan(_ context.Context, request tinyweb.Request) error {
	return fmt.Errorf("plan %s (%s) not found", request["ORDER"], request["EMAIL"])
}

// Retention is rejected for several reasons in one line, which only the message tells.
func Retention(_ context.Context, request tinyweb.Request) error {
	return fmt.Errorf("retention of %s not applied: %w", request["UUID"], errors.New("snapshot is locked"))
}
