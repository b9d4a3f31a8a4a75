#!/bin/bash
# Install the Debian servers that the tests start, when this may be done; otherwise say what will be skipped.
set -euo pipefail

declare -A suite=(
  [mosquitto]="the MQTT tests"
  [prometheus-alertmanager]="the Alertmanager tests"
  [rg]="the comparison with ripgrep"
  [systemd-analyze]="the checks of the systemd unit"
)
declare -A package=([rg]=ripgrep [systemd-analyze]=systemd)
PATH="$PATH:/usr/sbin:/usr/local/sbin"

missing=()
for program in "${!suite[@]}"; do
  command -v "$program" >/dev/null || missing+=("$program")
done
[ ${#missing[@]} -gt 0 ] || exit 0

say_skipped() {
  for program in "${missing[@]}"; do
    echo "skipped: ${suite[$program]}, for $program is not installed and $1" >&2
  done
  exit 0
}

[ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null || say_skipped "there is no apt-get"
[ "$(id -u)" = 0 ] || say_skipped "only root may install it: sudo scripts/test-servers.sh"

packages=()
for program in "${missing[@]}"; do
  packages+=("${package[$program]:-$program}")
done
echo "installing from Debian: ${packages[*]}"

# The tests start their own servers on free ports; the ones of the packages must not run beside them.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod 755 $policy
  trap 'rm -f $policy' EXIT
fi
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends "${packages[@]}"; } >"$log" 2>&1 </dev/null; then
  tail -n 5 "$log" >&2
  rm -f "$log"
  say_skipped "apt-get failed"
fi
rm -f "$log"
if [ -d /run/systemd/system ]; then
  for unit in mosquitto prometheus-alertmanager; do
    [[ " ${packages[*]} " != *" $unit "* ]] || systemctl disable --quiet --now $unit || true
  done
fi
