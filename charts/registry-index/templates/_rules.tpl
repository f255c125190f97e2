{{- /* What the operator may do with RegistryIndexes and what it makes for them, in the cluster or in one namespace. */ -}}
{{- define "registry-index.rules" -}}
- apiGroups: [registryindex.dev]
  resources: [registryindexes]
  # get: whether the owner of tables that are to be taken over is still there.
  verbs: [get, list, watch, patch]
- apiGroups: [registryindex.dev]
  resources: [registryindexes/status]
  verbs: [patch]
# To set blockOwnerDeletion where that is checked.
- apiGroups: [registryindex.dev]
  resources: [registryindexes/finalizers]
  verbs: [update]
# Made and kept right by server-side apply, which wants create and patch; get, because an apply would take over
# somebody else's object of that name.
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [get, list, watch, create, patch]
- apiGroups: [apps]
  resources: [deployments]
  # delete: the indexer's, when a resource no longer wants notifications.
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch, delete]
# Of search and indexer with several pods; deleted when one is left.
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
# By which search answers outside the cluster; deleted when a resource no longer wants them, or the chart allows no host.
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, create, patch, delete]
- apiGroups: [gateway.networking.k8s.io]
  resources: [httproutes]
  verbs: [get, create, patch, delete]
# Those that a RegistryIndex names, one by one; never listed.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
# Those with certificates, of caBundle.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get]
{{- if .Values.readPods }}
# To say why pods do not start.
- apiGroups: [""]
  resources: [pods]
  verbs: [list]
{{- end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
# The uid of kube-system tells this cluster from another as owner of tables; and whether a namespace is being deleted
# decides if tables are left behind whose credentials are gone.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
# Whether the release that a RegistryIndex belongs to is still there.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [get]
{{- end -}}
