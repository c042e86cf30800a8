{{/*
The container, as an item of a list: of initContainers, or of containers where nativeSidecar is false.

  initContainers:
    {{- include "tocsin.sidecar" . | nindent 4 }}
*/}}
{{- define "tocsin.sidecar" -}}
{{- $tocsin := get (.Subcharts | default dict) "tocsin" | default . -}}
{{- include "tocsin.requireContext" $tocsin -}}
{{- with $tocsin -}}
- name: tocsin
  image: {{ include "tocsin.image" . | quote }}
  imagePullPolicy: {{ .Values.image.pullPolicy }}
  {{- if .Values.nativeSidecar }}
  restartPolicy: Always
  {{- end }}
  args:
    - run
    - --config
    - /etc/tocsin/tocsin.yaml
    {{- if .Values.failOpen }}
    - --fail-open
    {{- end }}
  env:
    {{- include "tocsin.env" . | nindent 4 }}
  ports:
    - name: tocsin-metrics
      containerPort: {{ include "tocsin.metricsPort" . }}
    {{- if .Values.buttons.enabled }}
    - name: tocsin-buttons
      containerPort: {{ include "tocsin.buttonsPort" . }}
    {{- end }}
  {{- range $kind, $path := dict "startup" "/livez" "liveness" "/livez" "readiness" "/readyz" }}
  {{- with get $tocsin.Values.probes $kind }}
  {{ $kind }}Probe:
    httpGet:
      path: {{ $path }}
      port: {{ include "tocsin.metricsPort" $tocsin }}
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.securityContext | nindent 4 }}
  resources:
    {{- toYaml .Values.resources | nindent 4 }}
  volumeMounts:
    - name: tocsin-data
      mountPath: /var/lib/tocsin
    - name: tocsin-config
      mountPath: /etc/tocsin
      readOnly: true
    {{- with .Values.volumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{/* A Secret that is not there keeps a pod from starting unless it is optional. */}}
{{- define "tocsin.env" -}}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- $optional := .Values.failOpen }}
{{- with .Values.slack }}
{{- if and .existingSecret .webhookKey }}
- name: SLACK_WEBHOOK_URL
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret | quote }}
      key: {{ .webhookKey | quote }}
      optional: {{ $optional }}
{{- else if .existingSecret }}
{{- if not .channel }}
{{- fail "tocsin: slack.existingSecret needs slack.channel, to which the bot token under slack.tokenKey posts, or slack.webhookKey." }}
{{- end }}
- name: SLACK_BOT_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret | quote }}
      key: {{ .tokenKey | quote }}
      optional: {{ $optional }}
- name: SLACK_CHANNEL
  value: {{ .channel | quote }}
{{- end }}
{{- end }}
{{- with .Values.adminToken }}
{{- if .existingSecret }}
- name: TOCSIN_ADMIN_TOKEN
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret | quote }}
      key: {{ .key | quote }}
      optional: {{ $optional }}
{{- end }}
{{- end }}
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end -}}
