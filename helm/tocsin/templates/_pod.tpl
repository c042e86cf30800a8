{{/* What the rest of the pod needs beside the container. Each is included where its name says, with the context that tocsin.sidecar takes. */}}

{{- define "tocsin.volumes" -}}
{{- $tocsin := get (.Subcharts | default dict) "tocsin" | default . -}}
{{- include "tocsin.requireContext" $tocsin -}}
{{- with $tocsin -}}
- name: tocsin-data
  {{- if .Values.data.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ .Values.data.existingClaim | quote }}
  {{- else if .Values.data.sizeLimit }}
  emptyDir:
    sizeLimit: {{ .Values.data.sizeLimit | quote }}
  {{- else }}
  emptyDir: {}
  {{- end }}
- name: tocsin-config
  configMap:
    name: {{ include "tocsin.configMapName" . | quote }}
    optional: {{ .Values.failOpen }}
{{- with .Values.volumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* The environment of the app's containers, and of no other: Tocsin itself would read it as where to forward to. */}}
{{- define "tocsin.appEnv" -}}
{{- $tocsin := get (.Subcharts | default dict) "tocsin" | default . -}}
{{- include "tocsin.requireContext" $tocsin -}}
{{- with $tocsin -}}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ ternary "https" "http" (dig "intake" "http" "tls" "cert" "" .Values.config | empty | not) }}://127.0.0.1:{{ include "tocsin.otlpPort" . }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: http/protobuf
{{- end -}}
{{- end -}}

{{/* By these the PodMonitor and the NetworkPolicy find the pods. */}}
{{- define "tocsin.podLabels" -}}
{{- $tocsin := get (.Subcharts | default dict) "tocsin" | default . -}}
{{- include "tocsin.requireContext" $tocsin -}}
{{- with $tocsin -}}
tocsin-sidecar: {{ include "tocsin.fullname" . | quote }}
{{- end -}}
{{- end -}}

{{/* Empty unless monitoring.kind is annotations, which must then not be set for the app's own metrics. */}}
{{- define "tocsin.podAnnotations" -}}
{{- $tocsin := get (.Subcharts | default dict) "tocsin" | default . -}}
{{- include "tocsin.requireContext" $tocsin -}}
{{- with $tocsin -}}
{{- if eq .Values.monitoring.kind "annotations" -}}
prometheus.io/scrape: "true"
prometheus.io/port: {{ include "tocsin.metricsPort" . | quote }}
prometheus.io/path: /metrics
{{- end -}}
{{- end -}}
{{- end -}}
