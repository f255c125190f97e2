/** What services are called, the most usual first. */
export const WORDS = (
  'service api web app server worker auth gateway payments user account order cart checkout billing search index data ' +
  'pipeline stream kafka consumer producer queue redis postgres mysql mongo proxy nginx envoy ingress controller operator ' +
  'agent exporter metrics monitor prometheus grafana alert dashboard frontend backend ui admin portal client sdk lib common ' +
  'core base image builder runner ci deploy release test integration mock batch job cron scheduler etl model train ' +
  'inference feature store notebook spark flink airflow report analytics event bus notification email sms push chat bot ' +
  'media video audio thumbnail cdn cache session token identity oauth sso ldap policy audit log collector fluentd vector ' +
  'trace jaeger otel config vault secret cert tls dns mesh sidecar init hook webhook migration database backup restore ' +
  'sync mirror registry artifact helm chart terraform ansible node python golang java dotnet ruby php rust alpine debian ' +
  'ubuntu distroless jdk maven gradle npm cpp cuda gpu pytorch tensorflow triton demo sandbox sample hello tools util cli ' +
  'bench perf load chaos security scan trivy fraud risk pricing inventory warehouse shipping logistics delivery customer ' +
  'crm loyalty coupon invoice ledger tax payroll booking flight hotel travel map geo location tracking fleet iot device ' +
  'edge firmware sensor camera vision ocr nlp speech translate recommendation ranking ads campaign content cms blog wiki ' +
  'forum review rating social feed timeline graph graphql rest grpc http tcp mqtt websocket nats pulsar minio ceph disk ' +
  'volume snapshot cluster kube openshift istio linkerd cilium calico flux argo tekton jenkins git sonar nexus harbor'
).split(' ');
