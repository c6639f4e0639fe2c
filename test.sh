#!/bin/sh
# Installs what the tests need and runs all of them.
set -eu
cd "$(dirname "$0")"

# program that tells whether it is there, and the Debian package that brings it
needs='
ffmpeg:ffmpeg
xmllint:libxml2-utils
python3:python3
onvif-util:onvif-tools
gst-launch-1.0:gstreamer1.0-tools
ip:iproute2
curl:curl
'
missing=
for need in $needs; do
  command -v "${need%%:*}" >/dev/null 2>&1 || missing="$missing ${need##*:}"
done
if command -v gst-inspect-1.0 >/dev/null 2>&1 && gst-inspect-1.0 rtspsrc >/dev/null 2>&1 && gst-inspect-1.0 avdec_h264 >/dev/null 2>&1 && gst-inspect-1.0 rtspclientsink >/dev/null 2>&1; then :; else
  missing="$missing gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav gstreamer1.0-rtsp"
fi
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    apt-get update -qq || echo "apt-get update failed; trying with the lists that are here"
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
      echo "not everything could be installed; the tests that need it say so and are skipped"
  else
    echo "missing, and only root can install it:$missing"
    echo "the tests that need these programs say so and are skipped"
  fi
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi

step() {
  echo "== $1"
  shift
  "$@"
}
step "types" npm run --silent typecheck
step "lint" npm run --silent lint
step "layout" npm run --silent format:check
step "tests" npm run --silent test
rm -rf dist
step "build" npm run --silent build
: >dist/.built
step "real clients" npm run --silent test:interop
