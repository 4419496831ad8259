#!/usr/bin/env bash
# The Calico track against a real Kubernetes node that accepts Calico's objects and enforces nothing: every step is applied and probed,
# no pair that should be blocked may pass, the exit code is 3, and reset leaves the cluster as it was.
#   scripts/real-node.sh CLUSTER_TOOL_DIR CRDS_DIR
# CLUSTER_TOOL_DIR holds build.sh and up.sh of the node; needs root and what that tool needs. Without them it says so and counts as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=${1:-../shared/tools/cluster} crds=${2:-../shared/data/calico-crds}
skip() { echo "0 passed, 0 failed, 1 skipped: $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip 'not root'
[ -x "$tool/up.sh" ] || skip "no $tool/up.sh"
[ -x "${HW_CLUSTER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/hipster-workshop-tools/cluster}/bin/kube" ] || skip 'the node is not built (its build.sh)'
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
kubeconfig=$("$tool/up.sh" --crds "$crds" | sed -n 's/^export KUBECONFIG=\([^ ]*\).*/\1/p')
kubectl="$(dirname "$kubeconfig")/bin/kubectl"
context=$("$kubectl" --kubeconfig "$kubeconfig" config current-context)
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); echo "ok   $1: $2"; else failed=$((failed + 1)); echo "FAIL $1: $2, not $3"; fi; }
workshop() { HW_KUBECTL="$kubectl" node dist/cli.js "$@" --context "$context" --kubeconfig "$kubeconfig" --confirm-context "$context" --home "$work/home"; }
node scripts/build.mjs --if-stale

node scripts/dump.mjs "$kubectl" "$kubeconfig" >"$work/before"
set +e
workshop run --track calico --auto --keep-going --deadline 2 --output json >"$work/events" 2>"$work/errors"; code=$?
set -e
check 'exit code of run --auto --keep-going' "$code" 3
[ ! -s "$work/errors" ] || sed 's/^/stderr: /' "$work/errors"
node scripts/count-events.mjs "$work/events" | tee "$work/counts"
number() { sed -n "s/^$1: //p" "$work/counts"; }
check 'steps that were applied and probed' "$(number steps)" 9
check 'matrix pairs probed' "$(number matrix)" 1430
check 'pairs that should be blocked and passed' "$(number 'blocked passed')" 0
check 'pairs that should be blocked and still flow' "$(number 'blocked but open')" "$(number 'blocked expected')"
check 'pairs that should be open and are' "$(number 'open passed')" "$(number 'open expected')"
workshop reset --yes >"$work/reset" 2>&1 || { cat "$work/reset"; failed=$((failed + 1)); }
for _ in $(seq 60); do
  node scripts/dump.mjs "$kubectl" "$kubeconfig" >"$work/after"
  cmp -s "$work/before" "$work/after" && break
  sleep 2 # pods that carried a probe container are coming back
done
if diff "$work/before" "$work/after" >"$work/diff"; then passed=$((passed + 1)); echo 'ok   after reset the cluster is as it was before'; else failed=$((failed + 1)); echo 'FAIL the cluster differs after reset:'; cut -c1-300 "$work/diff" | head -n 20; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
