module github.com/tinyweb/tinyweb

go 1.24

require go.opentelemetry.io/otel/trace v1.37.0

require go.opentelemetry.io/otel v1.37.0 // indirect
