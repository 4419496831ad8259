#!/usr/bin/env bash
# Undo and kills on a real Kubernetes node on which somebody was before: a Tier `security` of another order with a policy of theirs in it,
# a GlobalNetworkSet and a GlobalNetworkPolicy of names we use, a pod labelled pci=false, an annotated namespace. The track is applied, reset
# from another home folder, and every object must be as before; then again with KILLS random kills. Takes the hostile objects away at the end.
#   scripts/hostile-node.sh CLUSTER_TOOL_DIR CRDS_DIR [KILLS] [SEED]
# Without the node (see real-node.sh) it says so and counts as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=${1:-../shared/tools/cluster} crds=${2:-../shared/data/calico-crds} kills=${3:-10} seed=${4:-1}
skip() { echo "0 passed, 0 failed, 1 skipped: $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip 'not root'
[ -x "$tool/up.sh" ] || skip "no $tool/up.sh"
[ -x "${HW_CLUSTER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/hipster-workshop-tools/cluster}/bin/kube" ] || skip 'the node is not built (its build.sh)'
work=$(mktemp -d)
kubeconfig=$("$tool/up.sh" --crds "$crds" | sed -n 's/^export KUBECONFIG=\([^ ]*\).*/\1/p')
kubectl="$(dirname "$kubeconfig")/bin/kubectl"
context=$("$kubectl" --kubeconfig "$kubeconfig" config current-context)
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); echo "ok   $1: $2"; else failed=$((failed + 1)); echo "FAIL $1: $2, not $3"; fi; }
k() { KUBERC=off "$kubectl" --kubeconfig "$kubeconfig" --context "$context" "$@"; }
workshop() { home=$1; shift; HW_KUBECTL="$kubectl" node dist/cli.js "$@" --context "$context" --kubeconfig "$kubeconfig" --confirm-context "$context" --home "$work/$home"; }
clean() {
  k delete -f "$work/hostile.yaml" --ignore-not-found >/dev/null 2>&1 || true
  k label pods -n hipstershop -l app=redis-cart pci- >/dev/null 2>&1 || true
  k annotate namespace hipstershop owner- >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap clean EXIT
node scripts/build.mjs --if-stale

cat >"$work/hostile.yaml" <<'YAML'
apiVersion: projectcalico.org/v3
kind: Tier
metadata: {name: security, labels: {team: theirs}}
spec: {order: 500, defaultAction: Pass}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: security.theirs}
spec: {tier: security, order: 1, selector: team == "theirs", types: [Ingress], ingress: [{action: Allow}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: {name: security.pci-allowlist, annotations: {why: theirs}}
spec: {tier: security, order: 9, selector: team == "theirs", types: [Ingress], ingress: [{action: Deny}]}
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: {name: global-trusted-domains, labels: {team: theirs}}
spec: {nets: [198.51.100.0/24]}
YAML
k apply -f "$work/hostile.yaml" >/dev/null
k label pods -n hipstershop -l app=redis-cart pci=false --overwrite >/dev/null
k annotate namespace hipstershop owner=them --overwrite >/dev/null
dump() { node scripts/dump.mjs "$kubectl" "$kubeconfig" "$context" >"$work/$1"; }
dump before

set +e
workshop attendee run --track calico --auto --keep-going --deadline 2 --output json >"$work/events" 2>"$work/errors"; code=$?
set -e
check 'exit code of run --auto --keep-going' "$code" 3
[ ! -s "$work/errors" ] || sed 's/^/stderr: /' "$work/errors"
k get tiers.projectcalico.org security -o jsonpath='{.spec.order}' >"$work/order"
check "order of the tier security meanwhile" "$(cat "$work/order")" 200
check "their policy in it meanwhile" "$(k get globalnetworkpolicies.projectcalico.org security.theirs -o jsonpath='{.spec.order}')" 1
workshop instructor reset --yes >"$work/reset" 2>&1 || { cat "$work/reset"; failed=$((failed + 1)); }
for _ in $(seq 60); do
  dump after
  cmp -s "$work/before" "$work/after" && break
  sleep 2 # pods that carried a probe container are coming back, namespaces end
done
if diff "$work/before" "$work/after" >"$work/diff"; then passed=$((passed + 1)); echo 'ok   after reset from another home every object is as before'; else failed=$((failed + 1)); echo 'FAIL the cluster differs after reset:'; cut -c1-400 "$work/diff" | head -n 20; fi

if [ "$kills" -gt 0 ]; then
  code=0
  HW_KUBECTL="$kubectl" npx tsx scripts/chaos.ts --seed "$seed" --kills "$kills" --context "$context" --kubeconfig "$kubeconfig" --kubectl "$kubectl" || code=$?
  check "exit code of $kills kills" "$code" 0
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
