#!/bin/sh
# Installs and builds what is missing, then runs the camera. See ./start.sh --help.
set -eu
cd "$(dirname "$0")"

usage() {
  cat <<'TEXT'
usage: ./start.sh [start|stop|restart|status|logs] [-c DIR] [--defaults]
       ./start.sh --foreground [-c DIR] [--defaults]

  start         install and build if needed, then run the camera as a daemon (the default)
  stop          end the daemon
  restart       end it and start it anew
  status        say whether it runs
  logs          show the end of its log
  --foreground  run in this terminal instead
  -c DIR        folder of onvif.cfg and rtsp.cfg (default: this folder)
  --defaults    start from onvif.cfg and leave onvifrun.cfg out of account
TEXT
}

fail() {
  echo "start.sh: $*" >&2
  exit 69
}

# Installs the packages of the lock file and builds, each only when it is out of date.
prepare() {
  command -v node >/dev/null 2>&1 || fail "Node.js is missing; install Node.js 20.19 or newer (Debian: apt-get install nodejs npm)"
  command -v npm >/dev/null 2>&1 || fail "npm is missing; install it (Debian: apt-get install npm)"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js $(node --version) is too old; install 20.19 or newer"
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    echo "installing the packages (once) ..."
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || fail "the packages cannot be installed; see the lines above"
  fi
  if [ ! -e dist/.built ] || [ -n "$(find src package.json tsconfig.json tsconfig.build.json -newer dist/.built | head -n 1)" ]; then
    echo "building ..."
    rm -rf dist
    npm run --silent build || fail "the build failed; see the lines above"
    : >dist/.built
  fi
}

command=start
case "${1-}" in
  start | stop | restart | status | logs) command=$1; shift ;;
  --foreground) command=; shift ;;
  -h | --help) usage; exit 0 ;;
  '' | -c | --config | --defaults) ;;
  *) usage >&2; exit 64 ;;
esac

case "$command" in
  stop | status | logs) [ -e dist/app/cli.js ] || { echo "it was never started here"; exit 3; } ;;
  *) prepare ;;
esac
# shellcheck disable=SC2086
exec node bin/onvifrtspserver $command "$@"
