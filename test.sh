#!/bin/sh
# Installs what the tests need and runs all of them. The last line is "N passed, N failed, N skipped".
set -eu
cd "$(dirname "$0")"

missing=
# Remembers the Debian packages (the rest of the arguments) unless the command (the first) works.
need() {
  command=$1
  shift
  sh -c "$command" >/dev/null 2>&1 || missing="$missing $*"
}
need "command -v git" git
need "command -v ffmpeg" ffmpeg
need "command -v xmllint" libxml2-utils
need "command -v python3" python3
need "command -v onvif-util" onvif-tools
need "command -v ip" iproute2
need "command -v curl" curl ca-certificates
need "command -v mosquitto && command -v mosquitto_sub" mosquitto mosquitto-clients
need "gst-launch-1.0 --version && gst-inspect-1.0 rtspsrc && gst-inspect-1.0 h264parse && gst-inspect-1.0 avdec_h264" \
  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
need "gst-inspect-1.0 rtspclientsink" gstreamer1.0-rtsp
need "command -v vlc && ls /usr/lib/*/vlc/plugins/codec/libavcodec_plugin.so" vlc-bin vlc-plugin-base

install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null 2>&1
}
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    apt-get update -qq </dev/null || echo "apt-get update failed; trying with the lists that are here"
    # shellcheck disable=SC2086
    install $missing || for package in $missing; do
      install "$package" || echo "$package cannot be installed; the tests that need it are skipped"
    done
  else
    echo "missing, and only root can install it:$missing"
    echo "the tests that need it are skipped; the list is at the end"
  fi
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --include=dev --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export SKIPPED_FILE="$results/skipped"
failed=
took=
# Runs a step, named by its first argument; the others follow whether it fails or not.
step() {
  name=$1
  shift
  echo "== $name"
  began=$(date +%s)
  "$@" || failed="$failed${failed:+, }$name"
  took="$took  $name: $(($(date +%s) - began)) s
"
}
json="--reporter=json --outputFile.json=$results"
step "types" npm run --silent typecheck
step "lint" npm run --silent lint
step "layout" npm run --silent format:check
# shellcheck disable=SC2086
step "tests" npm run --silent test -- --reporter=default $json/tests.json
rm -rf dist
step "build" npm run --silent build
[ "${failed%build}" != "$failed" ] || : >dist/.built
# shellcheck disable=SC2086
step "real clients" npm run --silent test:interop -- --reporter=verbose $json/interop.json

status=0
[ -z "$failed" ] || status=1
printf 'the steps took:\n%s' "$took"
[ -z "$failed" ] || echo "failed: $failed"
node test/support/tally.mjs "$results" tests interop || status=1
exit $status
