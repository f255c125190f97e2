{{- /* A text as the value of a label: Flux appends +DIGEST to the chart's version, and labels take no "+". */ -}}
{{- define "registry-index.labelValue" -}}
{{- regexReplaceAll "[^A-Za-z0-9._-]" . "_" | trunc 63 | trimAll "._-" -}}
{{- end -}}

{{- define "registry-index.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "registry-index.fullname" -}}
{{- $name := include "registry-index.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "registry-index.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end -}}

{{- /* Of objects that have no namespace, and must not meet those of another release. */ -}}
{{- define "registry-index.clusterName" -}}
{{- printf "%s-%s" (include "registry-index.namespace" .) (include "registry-index.fullname" .) -}}
{{- end -}}

{{- define "registry-index.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "registry-index.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "registry-index.selectorLabels" -}}
app.kubernetes.io/name: {{ include "registry-index.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end -}}

{{- /* commonLabels add to ours and replace none: Services and Deployments select by them. */ -}}
{{- define "registry-index.labels" -}}
{{- $ours := include "registry-index.selectorLabels" . | fromYaml -}}
{{- $ours = set $ours "app.kubernetes.io/version" (include "registry-index.labelValue" .Chart.AppVersion) -}}
{{- $ours = set $ours "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $ours = set $ours "helm.sh/chart" (include "registry-index.labelValue" (printf "%s-%s" .Chart.Name .Chart.Version)) -}}
{{- merge $ours .Values.commonLabels | toYaml -}}
{{- end -}}

{{- /*
The metadata of an object: of (dict "root" $ "name" NAME), with "labels" and "annotations" of its own where it has any,
"namespace" where that is not the release's ("" is that of an object of the whole cluster), and "component" where it is not
of the operator.
*/ -}}
{{- define "registry-index.metadata" -}}
name: {{ .name }}
{{- with hasKey . "namespace" | ternary .namespace (include "registry-index.namespace" .root) }}
namespace: {{ . }}
{{- end }}
labels: {{- merge (dict "app.kubernetes.io/component" (.component | default "operator")) (include "registry-index.labels" .root | fromYaml) (.labels | default dict) | toYaml | nindent 2 }}
{{- with merge dict (.annotations | default dict) .root.Values.commonAnnotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "registry-index.image" -}}
{{- $hint := "image.repository is empty: build the image (docker build -t REGISTRY/registry-index .), push it, and set --set image.repository=REGISTRY/registry-index" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end }}
{{- required $hint .repository }}
{{- if or .tag (not .digest) }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- with .digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end -}}

{{- /* Of what "helm test" makes: of (dict "root" $ "name" NAME "weight" ORDER "delete" POLICY). */ -}}
{{- define "registry-index.testMetadata" -}}
{{- $hook := dict "helm.sh/hook" "test" "helm.sh/hook-weight" .weight "helm.sh/hook-delete-policy" .delete -}}
{{- include "registry-index.metadata" (dict "root" .root "name" .name "component" "test" "annotations" $hook) -}}
{{- end -}}

{{- /* Of what Prometheus' operator reads: it may have to lie in another namespace, with labels that Prometheus selects. */ -}}
{{- define "registry-index.monitorMetadata" -}}
{{- $namespace := .monitor.namespace | default (include "registry-index.namespace" .root) -}}
{{- include "registry-index.metadata" (dict "root" .root "name" .name "namespace" $namespace "labels" .monitor.labels "annotations" .monitor.annotations) -}}
{{- end -}}

{{- /*
How Prometheus scrapes a pod. The operator's series say themselves of which namespace and name they are: honorLabels
keeps that. Those of search and indexer pods get the name from the label of the pod.
*/ -}}
{{- define "registry-index.endpoint" -}}
port: monitoring
honorLabels: true
{{- with .interval }}
interval: {{ . }}
{{- end }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . }}
{{- end }}
relabelings:
  - sourceLabels: [__meta_kubernetes_pod_label_registryindex_dev_index]
    regex: (.+)
    targetLabel: name
  {{- with .relabelings }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .metricRelabelings }}
metricRelabelings: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Of all pods that the operator makes: podDefaults, with the proxies that they do not name themselves. */}}
{{- define "registry-index.podDefaults" -}}
{{- $proxy := dict }}
{{- range $name, $value := .Values.proxy }}{{ if $value }}{{ $_ := set $proxy $name $value }}{{ end }}{{ end }}
{{- $defaults := deepCopy .Values.podDefaults }}
{{- if $proxy }}{{ $_ := set $defaults "proxy" (merge (dict) ($defaults.proxy | default dict) $proxy) }}{{ end }}
{{- toYaml $defaults }}
{{- end }}

{{/* The operator reads its certificates only when it starts: an upgrade replaces its pods where they have changed. */}}
{{- define "registry-index.caAnnotation" -}}
{{- $found := dict }}
{{- with .Values.caBundle.configMapRef }}{{ $found = lookup "v1" "ConfigMap" (include "registry-index.namespace" $) .name }}{{ end }}
{{- with .Values.caBundle.secretRef }}{{ $found = lookup "v1" "Secret" (include "registry-index.namespace" $) .name }}{{ end }}
{{- with $found }}
registryindex.dev/ca-bundle: {{ .data | toJson | sha256sum }}
{{- end }}
{{- end }}

{{- /* Where the pods of RegistryIndexes get NetworkPolicies, as a list of JSON. */ -}}
{{- define "registry-index.policedNamespaces" -}}
{{- concat (list (include "registry-index.namespace" .)) .Values.watchNamespaces .Values.networkPolicy.namespaces | uniq | toJson -}}
{{- end -}}
