package main

import (
	"net/http"
	"strings"
	"sync"
	"time"
)

// What was seen from inside the app. It never becomes part of a span: those are as a user's would be.
type notes struct {
	mutex       sync.Mutex
	state       string
	Versions    map[string]string `json:"versions"`
	Attempts    []attempt         `json:"attempts"`
	Retries     map[string]int    `json:"retries"`
	Calls       []outcome         `json:"calls"`
	Transitions []transition      `json:"transitions"`
}

type attempt struct {
	Call    string `json:"call"`
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
	At      int64  `json:"at"`
}

type outcome struct {
	ID       string `json:"id"`
	Start    int64  `json:"start"`
	End      int64  `json:"end"`
	OK       bool   `json:"ok"`
	Rejected bool   `json:"rejected,omitempty"`
}

type transition struct {
	At   int64  `json:"at"`
	From string `json:"from"`
	To   string `json:"to"`
}

var noted = &notes{
	state:       "closed",
	Versions:    map[string]string{},
	Attempts:    []attempt{},
	Retries:     map[string]int{},
	Calls:       []outcome{},
	Transitions: []transition{},
}

func now() int64 { return time.Now().UnixMilli() }

func (n *notes) retry(id string) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.Retries[id]++
}

func (n *notes) outcome(made outcome) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.Calls = append(n.Calls, made)
}

func (n *notes) breaker(to string) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	if to == n.state {
		return
	}
	n.Transitions = append(n.Transitions, transition{now(), n.state, to})
	n.state = to
}

// notingTransport stands below the instrumentation, where a request says which span it is of.
type notingTransport struct{ next http.RoundTripper }

func (t notingTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if parts := strings.Split(request.Header.Get("traceparent"), "-"); len(parts) == 4 {
		noted.mutex.Lock()
		noted.Attempts = append(noted.Attempts, attempt{request.Header.Get("x-call-id"), parts[1], parts[2], now()})
		noted.mutex.Unlock()
	}
	return t.next.RoundTrip(request)
}
