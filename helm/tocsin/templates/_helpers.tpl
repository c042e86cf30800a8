{{/*
The chart's own context, wherever a template is included: here, or in a chart that has this one as a dependency named tocsin.
Under an alias, include with `.Subcharts.ALIAS`. Templates can only answer text, so that each of them repeats
  $tocsin := get (.Subcharts | default dict) "tocsin" | default .
and calls this check.
*/}}
{{- define "tocsin.requireContext" -}}
{{- if not (hasKey .Values "nativeSidecar") -}}
{{- fail "tocsin: the values of the chart are not here. Include with `.` where the dependency is named tocsin, with .Subcharts.ALIAS where it has an alias." -}}
{{- end -}}
{{- if and .Values.nativeSidecar (semverCompare "<1.29.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "tocsin: Kubernetes %s does not know native sidecars: set nativeSidecar to false and include tocsin.sidecar in containers." .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.fullname" -}}
{{- if contains "tocsin" .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-tocsin" (.Release.Name | trunc 56 | trimSuffix "-") -}}
{{- end -}}
{{- end -}}

{{/* Of a Service, which may be shorter than other names. */}}
{{- define "tocsin.buttonsName" -}}
{{- printf "%s-buttons" (include "tocsin.fullname" . | trunc 55 | trimSuffix "-") -}}
{{- end -}}

{{- define "tocsin.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- end -}}

{{- define "tocsin.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "tocsin.configMapName" -}}
{{- .Values.existingConfigMap | default (include "tocsin.fullname" .) -}}
{{- end -}}

{{/* The ports that the configuration says, since probes and the app's environment must agree with it. */}}
{{- define "tocsin.metricsPort" -}}
{{- $listen := dig "metrics" "listen" "0.0.0.0:4319" .Values.config | toString -}}
{{- if regexMatch "^(127\\.|localhost|\\[::1\\])" $listen -}}
{{- fail (printf "tocsin: config.metrics.listen is %s, where the kubelet cannot probe and Prometheus cannot scrape: listen on 0.0.0.0." $listen) -}}
{{- end -}}
{{- include "tocsin.portOf" $listen -}}
{{- end -}}

{{/* Where nobody listens, an ingress would lead nowhere. */}}
{{- define "tocsin.buttonsPort" -}}
{{- $listen := dig "alerts" "buttons" "listen" "0.0.0.0:4321" .Values.config | toString -}}
{{- if regexMatch "^(127\\.|localhost|\\[::1\\])" $listen -}}
{{- fail (printf "tocsin: config.alerts.buttons.listen is %s, where no ingress reaches it: listen on 0.0.0.0." $listen) -}}
{{- end -}}
{{- $heard := .Values.existingConfigMap -}}
{{- range dig "alerts" "receivers" (list) .Values.config -}}
{{- if dig "slack" "signing_secret" "" . -}}
{{- $heard = "by requests" -}}
{{- end -}}
{{- end -}}
{{- if not $heard -}}
{{- fail "tocsin: buttons.enabled needs a receiver in config.alerts.receivers with a slack.signing_secret: without one Tocsin does not listen for what is pressed." -}}
{{- end -}}
{{- include "tocsin.portOf" $listen -}}
{{- end -}}

{{- define "tocsin.otlpPort" -}}
{{- dig "intake" "http" "listen" "127.0.0.1:4318" .Values.config | toString | include "tocsin.portOf" -}}
{{- end -}}

{{- define "tocsin.portOf" -}}
{{- $port := regexFind ":[1-9][0-9]*$" . | trimPrefix ":" -}}
{{- if not $port -}}
{{- fail (printf "tocsin: %s is not HOST:PORT with a port that is known beforehand, which the pod needs." .) -}}
{{- end -}}
{{- $port -}}
{{- end -}}
