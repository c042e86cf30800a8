package main

// What the app is told on its standard input, as far as it needs it.
type plan struct {
	Client      string `json:"client"`
	Shape       string `json:"shape"`
	Calls       []call `json:"calls"`
	Concurrency int    `json:"concurrency"`
	Parent      string `json:"parent"`
	Connection  string `json:"connection"`
	Retry       struct {
		Retries     int  `json:"retries"`
		DelayMillis *int `json:"delayMillis"`
	} `json:"retry"`
	TimeoutMillis int `json:"timeoutMillis"`
	EveryMillis   int `json:"everyMillis"`
	LingerMillis  int `json:"lingerMillis"`
	Breaker       struct {
		ConsecutiveFailures int `json:"consecutiveFailures"`
		OpenMillis          int `json:"openMillis"`
	} `json:"breaker"`
	Places map[string]string `json:"places"`
}

type call struct {
	ID     string `json:"id"`
	Path   string `json:"path"`
	Method string `json:"method"`
	To     string `json:"to"`
}
