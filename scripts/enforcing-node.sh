#!/usr/bin/env bash
# Both tracks against a real Kubernetes node whose firewall enforces what the policy engine decides (enforce-node.ts): every pair of
# every step is as the hand-written sets say, a deleted policy is noticed, and each reset leaves the cluster as it was.
#   scripts/enforcing-node.sh CLUSTER_TOOL_DIR CRDS_DIR
# CLUSTER_TOOL_DIR holds build.sh and up.sh of the node; needs root and what that tool needs. Without them it says so and counts as skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=${1:-../shared/tools/cluster} crds=${2:-../shared/data/calico-crds}
skip() { echo "0 passed, 0 failed, 1 skipped: $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip 'not root'
[ -x "$tool/up.sh" ] || skip "no $tool/up.sh"
[ -x "${HW_CLUSTER_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/hipster-workshop-tools/cluster}/bin/kube" ] || skip 'the node is not built (its build.sh)'
work=$(mktemp -d) enforcer=
trap 'if [ -n "$enforcer" ]; then kill -INT "$enforcer"; wait "$enforcer" || true; fi; rm -rf "$work"' EXIT
kubeconfig=$("$tool/up.sh" --crds "$crds" | sed -n 's/^export KUBECONFIG=\([^ ]*\).*/\1/p')
kubectl="$(dirname "$kubeconfig")/bin/kubectl"
context=$("$kubectl" --kubeconfig "$kubeconfig" config current-context)
outside=$(sed -n 's/^\([0-9.]*\) .*/\1/p' "$tool/config/outside.hosts" | paste -sd,)
passed=0 failed=0
check() { if [ "$2" = "$3" ]; then passed=$((passed + 1)); echo "ok   $1: $2"; else failed=$((failed + 1)); echo "FAIL $1: $2, not $3"; fi; }
workshop() { HW_KUBECTL="$kubectl" node dist/cli.js "$@" --context "$context" --kubeconfig "$kubeconfig" --confirm-context "$context" --home "$work/home"; }
code() { set +e; "$@" >"$work/out" 2>"$work/errors"; code=$?; set -e; sed 's/^/stderr: /' "$work/errors" | head -n 5; }
number() { sed -n "s/^$1: //p" "$work/counts"; }
node scripts/build.mjs --if-stale

node --import tsx scripts/enforce-node.ts --kubeconfig "$kubeconfig" --context "$context" --netns /run/netns/hw-node \
  --pods 10.244.0.0/24 --outside "$outside" >"$work/enforcer" 2>&1 &
enforcer=$!
until grep -q '^enforcing' "$work/enforcer"; do kill -0 "$enforcer" || { cat "$work/enforcer"; exit 1; }; sleep 0.2; done
node scripts/dump.mjs "$kubectl" "$kubeconfig" >"$work/before"

as_before() {
  for _ in $(seq 60); do
    node scripts/dump.mjs "$kubectl" "$kubeconfig" >"$work/after"
    cmp -s "$work/before" "$work/after" && break
    sleep 2 # pods that carried a probe container are coming back
  done
  check "$1: objects that differ after reset" "$(diff "$work/before" "$work/after" | grep -c '^[<>]' || true)" 0
}

for track in calico netpol; do
  code workshop run --track "$track" --auto --output json
  check "$track: exit code of run --auto" "$code" 0
  node scripts/count-events.mjs "$work/out" >"$work/counts"
  check "$track: pairs that should be open and are" "$(number 'open passed')" "$(number 'open expected')"
  check "$track: pairs that should be blocked and are" "$(number 'blocked passed')" "$(number 'blocked expected')"
  check "$track: pairs that should be blocked and flow" "$(number 'blocked but open')" 0
  code workshop verify --track "$track"
  check "$track: exit code of verify" "$code" 0
  if [ "$track" = calico ]; then
    "$kubectl" --kubeconfig "$kubeconfig" delete networkpolicies.projectcalico.org -n hipstershop app-hipstershop.redis-cart
    code workshop verify --track "$track"
    check "$track: exit code of verify without the policy of redis-cart" "$code" 3
    check "$track: verify names the flow" "$(grep -c '^ *cartservice to redis-cart:6379: expected open, got timed-out' "$work/out")" 1
  fi
  code workshop reset --track "$track" --yes
  check "$track: exit code of reset" "$code" 0
  as_before "$track"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
