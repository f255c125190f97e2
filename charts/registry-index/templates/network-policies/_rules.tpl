{{- /* Who may reach a port: of (dict "port" PORT "from" PEERS); everybody where no peers are named. */ -}}
{{- define "registry-index.ingress" -}}
ports:
  - { protocol: TCP, port: {{ .port }} }
{{- with .from }}
from: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /*
What every pod has to reach: names, AWS, the services of allowedEndpoints and proxies by their ports, and what gives a pod its
credentials on AWS, which is the Pod Identity agent and the metadata of the instance.
*/ -}}
{{- define "registry-index.egress" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- $ports := list 443 }}
{{- $anywhere := false }}
{{- $pods := (include "registry-index.podDefaults" . | fromYaml).proxy | default dict }}
{{- $proxies := list .Values.proxy.httpsProxy .Values.proxy.httpProxy $pods.httpsProxy $pods.httpProxy | compact }}
{{- range concat .Values.allowedEndpoints $proxies }}
{{- $port := include "registry-index.endpointPort" . }}
{{- if regexMatch "^[0-9]+$" $port }}{{ $ports = append $ports (int $port) }}{{ else }}{{ $anywhere = true }}{{ end }}
{{- end }}
{{- if $anywhere }}
# A port of allowedEndpoints may be any.
- {}
{{- else }}
- ports:
    {{- range $ports | uniq }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end }}
- to:
    {{- range list "169.254.170.23/32" "fd00:ec2::23/128" "169.254.169.254/32" "fd00:ec2::254/128" }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  ports:
    - { protocol: TCP, port: 80 }
{{- with .Values.networkPolicy.egress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* The port of a URL; "*" or a part of a number where it may be several. */ -}}
{{- define "registry-index.endpointPort" -}}
{{- $authority := regexReplaceAll "^https?://([^/]*).*$" . "$1" -}}
{{- regexFind ":[^:\\]]*$" $authority | trimPrefix ":" | default (hasPrefix "https:" . | ternary "443" (hasPrefix "http:" . | ternary "80" "*")) -}}
{{- end -}}
