#!/bin/bash
# Put Hinoban where its systemd unit expects it, or take it back. DESTDIR stages everything below a folder.
set -euo pipefail

root=${DESTDIR:-}
home=/opt/hinoban
etc=/etc/hinoban
units=/etc/systemd/system

fail() {
  echo "$1" >&2
  exit 1
}

reload_units() {
  if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl daemon-reload
  fi
}

build() {
  local next=$root$home.next
  rm -rf "$next"
  "$PYTHON" -m venv --prompt hinoban "$next"
  "$next/bin/python" -m pip install --quiet --disable-pip-version-check . </dev/null
  # the environment is built beside the running one and then moved: its scripts must name its final place
  grep -rlIF "$next" "$next/bin" "$next/pyvenv.cfg" | xargs -r sed -i "s|$next|$home|g"
  rm -rf "$root$home.previous"
  [ ! -e "$root$home" ] || mv "$root$home" "$root$home.previous"
  mv "$next" "$root$home"
}

configure() {
  install -d "$root$etc/keywords"
  local file
  for file in config/hinoban.toml config/keywords/*.toml; do
    [ -e "$file" ] || continue
    if [ -e "$root$etc/${file#config/}" ]; then
      echo "kept $root$etc/${file#config/}"
    else
      install -m 644 "$file" "$root$etc/${file#config/}"
    fi
  done
}

place_units() {
  install -D -m 644 systemd/hinoban.service "$root$units/hinoban.service"
  local version
  version=$(systemctl --version 2>/dev/null | awk 'NR == 1 { print int($2) }')
  if [ "${version:-0}" -ge 254 ]; then
    install -D -m 644 systemd/hinoban-backoff.conf "$root$units/hinoban.service.d/backoff.conf"
  fi
  reload_units
}

case "${1:-}" in
  install)
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "make install writes below /opt and /etc: run it as root, or with DESTDIR=folder"
    [ -n "${PYTHON:-}" ] || fail "no Python 3.11 or newer was found; say which one: make install PYTHON=/usr/bin/python3.11"
    real=$("$PYTHON" -c 'import os, sys; print(os.path.realpath(sys.executable))')
    case "$real" in
      /root/* | /home/*) [ -n "$root" ] || fail "the service cannot see $real (ProtectHome=yes); use one of the system: make install PYTHON=/usr/bin/python3.11" ;;
    esac
    build
    configure
    place_units
    echo "installed; next: edit $etc/hinoban.toml, then: $home/bin/hinoban check && systemctl enable --now hinoban"
    ;;
  uninstall)
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "make uninstall writes below /opt and /etc: run it as root, or with DESTDIR=folder"
    if [ -z "$root" ] && [ -d /run/systemd/system ]; then
      systemctl disable --quiet --now hinoban || true
    fi
    rm -rf "$root$home" "$root$home.previous" "$root$home.next" "$root$units/hinoban.service" "$root$units/hinoban.service.d"
    reload_units
    echo "removed; kept: $etc (configuration) and /var/lib/hinoban (data)"
    ;;
  *) fail "usage: scripts/service.sh install|uninstall" ;;
esac
