package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/failsafehttp"
	"github.com/hashicorp/go-retryablehttp"
	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// An open breaker let the call not through.
var errRejected = errors.New("rejected")

// Sends a call until it succeeds or the library gives up.
type send func(ctx context.Context, id, url, method string) error

var clients = map[string]struct {
	modules []string
	open    func(plan) send
}{
	"plain":         {[]string{}, openPlain},
	"retryablehttp": {[]string{"github.com/hashicorp/go-retryablehttp"}, openRetryable},
	"backoff":       {[]string{"github.com/cenkalti/backoff/v5"}, openBackoff},
	"failsafe":      {[]string{"github.com/failsafe-go/failsafe-go"}, openFailsafe},
	"gobreaker":     {[]string{"github.com/sony/gobreaker/v2"}, openGobreaker},
}

func instrumented(p plan) http.RoundTripper {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.DisableKeepAlives = p.Connection == "cold"
	base.MaxIdleConnsPerHost = p.Concurrency
	return otelhttp.NewTransport(notingTransport{base})
}

func plainClient(p plan) *http.Client {
	return &http.Client{Transport: instrumented(p), Timeout: time.Duration(p.TimeoutMillis) * time.Millisecond}
}

func delayOf(p plan, otherwise time.Duration) time.Duration {
	if p.Retry.DelayMillis == nil {
		return otherwise
	}
	return time.Duration(*p.Retry.DelayMillis) * time.Millisecond
}

func request(ctx context.Context, id, url, method string) (*http.Request, error) {
	made, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err == nil {
		made.Header.Set("x-call-id", id)
	}
	return made, err
}

// The span of a request ends when its body was read.
func judged(response *http.Response, err error) error {
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if response.StatusCode >= 400 {
		return fmt.Errorf("answered %d", response.StatusCode)
	}
	return nil
}

func once(client *http.Client) send {
	return func(ctx context.Context, id, url, method string) error {
		made, err := request(ctx, id, url, method)
		if err != nil {
			return err
		}
		return judged(client.Do(made))
	}
}

func openPlain(p plan) send { return once(plainClient(p)) }

func openRetryable(p plan) send {
	client := retryablehttp.NewClient()
	client.HTTPClient = plainClient(p)
	client.Logger = nil
	client.RetryMax = p.Retry.Retries
	client.RetryWaitMin = delayOf(p, client.RetryWaitMin)
	if p.Retry.DelayMillis != nil {
		client.RetryWaitMax = client.RetryWaitMin
	}
	client.RequestLogHook = func(_ retryablehttp.Logger, made *http.Request, number int) {
		if number > 0 {
			noted.retry(made.Header.Get("x-call-id"))
		}
	}
	return func(ctx context.Context, id, url, method string) error {
		made, err := request(ctx, id, url, method)
		if err != nil {
			return err
		}
		wrapped, err := retryablehttp.FromRequest(made)
		if err != nil {
			return err
		}
		return judged(client.Do(wrapped))
	}
}

func openBackoff(p plan) send {
	sendOnce := once(plainClient(p))
	return func(ctx context.Context, id, url, method string) error {
		var policy backoff.BackOff = backoff.NewExponentialBackOff()
		if p.Retry.DelayMillis != nil {
			policy = backoff.NewConstantBackOff(delayOf(p, 0))
		}
		attempt := func() (bool, error) { return true, sendOnce(ctx, id, url, method) }
		_, err := backoff.Retry(ctx, attempt,
			backoff.WithBackOff(policy),
			backoff.WithMaxTries(uint(p.Retry.Retries+1)),
			backoff.WithNotify(func(error, time.Duration) { noted.retry(id) }))
		return err
	}
}

func openFailsafe(p plan) send {
	transport := instrumented(p)
	timeout := time.Duration(p.TimeoutMillis) * time.Millisecond
	return func(ctx context.Context, id, url, method string) error {
		policy := failsafehttp.NewRetryPolicyBuilder().
			WithMaxRetries(p.Retry.Retries).
			OnRetry(func(failsafe.ExecutionEvent[*http.Response]) { noted.retry(id) })
		if p.Retry.DelayMillis == nil {
			policy = policy.WithBackoff(500*time.Millisecond, 5*time.Second)
		} else {
			policy = policy.WithBackoff(delayOf(p, 0), delayOf(p, 0)+time.Millisecond)
		}
		// Each attempt has its own time.
		limited := timeoutTransport{transport, timeout}
		client := &http.Client{Transport: failsafehttp.NewRoundTripper(limited, policy.Build())}
		made, err := request(ctx, id, url, method)
		if err != nil {
			return err
		}
		return judged(client.Do(made))
	}
}

type timeoutTransport struct {
	next    http.RoundTripper
	timeout time.Duration
}

func (t timeoutTransport) RoundTrip(made *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(made.Context(), t.timeout)
	response, err := t.next.RoundTrip(made.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	response.Body = cancelling{response.Body, cancel}
	return response, nil
}

type cancelling struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (c cancelling) Close() error {
	defer c.cancel()
	return c.ReadCloser.Close()
}

var breakerStates = map[gobreaker.State]string{
	gobreaker.StateClosed:   "closed",
	gobreaker.StateHalfOpen: "half_open",
	gobreaker.StateOpen:     "open",
}

func openGobreaker(p plan) send {
	sendOnce := once(plainClient(p))
	breaker := gobreaker.NewCircuitBreaker[bool](gobreaker.Settings{
		Timeout: time.Duration(p.Breaker.OpenMillis) * time.Millisecond,
		ReadyToTrip: func(counts gobreaker.Counts) bool {
			return int(counts.ConsecutiveFailures) >= p.Breaker.ConsecutiveFailures
		},
		OnStateChange: func(_ string, _, to gobreaker.State) { noted.breaker(breakerStates[to]) },
	})
	return func(ctx context.Context, id, url, method string) error {
		_, err := breaker.Execute(func() (bool, error) { return true, sendOnce(ctx, id, url, method) })
		if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
			return errRejected
		}
		return err
	}
}
